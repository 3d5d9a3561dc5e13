-- Keys that begin with the time of creation, so that jobs of one time are neighbours in them.
--
-- Why:       a new job went to a random page of five indexes, and the first change of a page after a checkpoint writes all of it to the
--            WAL: beside ten million jobs, storing one took twice as long as beside none. By time the jobs of a page go to a
--            handful of pages. docs/decisions/0018-keys-begin-with-the-time.md has the figures.
-- Locks:     mps.job and mps.job_transition are locked against readers and writers while their keys are made anew. Give it a quiet
--            moment: a sync that meets it fails its run and the next one goes on.
-- Time:      about five seconds for each million jobs.
-- Room:      the new indexes beside the old ones while they are made: some 250 bytes a job.
-- Roll back: drop index mps.job_id_idx; create index job_creation_time_idx on mps.job (creation_time desc, id desc);
--            alter table mps.job drop constraint job_pkey, add constraint job_pkey primary key (id, source, creation_time);
--            alter table mps.job_transition drop constraint job_transition_pkey,
--              add constraint job_transition_pkey primary key (job_id, source, job_creation_time, observed_at);

-- Read backwards, the key of jobs is the list's order, newest first: the index by creation time is one with it.
drop index mps.job_creation_time_idx;
alter table mps.job drop constraint job_pkey, add constraint job_pkey primary key (creation_time, id, source);

-- An id is what people have in hand. Four bytes of it are enough to find it, wherever the key would need the time.
create index job_id_idx on mps.job using hash (id);

alter table mps.job_transition drop constraint job_transition_pkey,
  add constraint job_transition_pkey primary key (job_creation_time, job_id, source, observed_at);
