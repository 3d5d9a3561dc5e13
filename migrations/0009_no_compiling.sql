-- Keeps the server from compiling what runs for a millisecond.
--
-- Why:       the trigger that records changes of state forbids nested loops. Where it needs one all the same, the
--            planner's price is so high that a server with just-in-time compilation (`jit`, on by default where the
--            server was built with LLVM) compiles the statement: a third of a second, in each session and for each page
--            that changes a job.
-- Locks:     none.
-- Time:      well under a second.
-- Roll back: alter function mps.record_state_change() reset jit;

alter function mps.record_state_change() set jit = off;
