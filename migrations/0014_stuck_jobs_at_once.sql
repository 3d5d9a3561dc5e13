-- Keeps the server from compiling the question for stuck jobs.
--
-- Why:       the planner takes one job in eighteen to be open, where one in fifty thousand is. From some five million jobs
--            on it therefore compiles report.stuck_job (`jit`, on by default where the server was built with LLVM): a
--            second or more for what takes a millisecond. A setting cannot be tied to a view, but to a function that it
--            reads from.
-- Locks:     report.stuck_job is locked against readers and writers for a moment. While that waits for somebody who has long been
--            reading it, all others wait behind it.
-- Time:      well under a second.
-- Roll back: report.stuck_job as in 0003; drop function mps.select_open_jobs;

-- Jobs created before a moment that are not done and that MPS still knows. It reads with its owner's rights, because those
-- who read the view have none on the table. Its rows are an estimate for the planner.
create function mps.select_open_jobs(created_before timestamptz) returns setof mps.job
  language sql stable rows 200 security definer
  set search_path = pg_catalog, pg_temp
  set jit = off
  as $$
    select * from mps.job
    where (state is null or state not in ('Success', 'Fail'))
      and missing_since is null
      and creation_time < created_before
  $$;

create or replace view report.stuck_job as
select source, id, creation_time, state, pipeline_id, now() - creation_time as open_for, first_seen_at, changed_at,
  input_object, user_data
from mps.select_open_jobs(now() - interval '1 hour');
