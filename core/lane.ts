/** Which calls a slot is for: fresh jobs may use every call of the account; history leaves some of them free. */
export type Lane = 'fresh' | 'history';
