/** Nobody reads more messages than this in a chat, and it is DingTalk's limit: every channel keeps to it. */
export const readable = { count: 20, seconds: 60 } as const;
