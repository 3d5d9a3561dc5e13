-- Indexes for the view's filters.
--
-- Why:       a page of jobs by any combination of filters, newest first, is to be found among ten million in
--            milliseconds. docs/decisions/0012-job-indexes.md says why these, and what each costs the writer.
-- Locks:     mps.job is locked against writers (not readers) while they are made.
-- Time:      about four minutes for ten million jobs. To have the sync wait less, make them one partition after the
--            other beforehand: create index concurrently on mps.job_y2026m01 (changed_at); and so on. A partition's
--            index of the same definition is adopted and not made again. Not job_facet_idx: its function comes with this.
-- Roll back: drop index mps.job_facet_idx, mps.job_changed_at_idx, mps.job_user_data_idx, mps.job_input_object_idx,
--              mps.job_output_object_idx; drop function mps.to_facet;

-- What jobs have in common, in one number: source, pipeline, state and code as the counts have them.
create function mps.to_facet(source text, pipeline_id text, state text, code text) returns bigint
  language sql immutable parallel safe
  return hashtextextended(left(coalesce(source, ''), 128) || e'\x1f' || left(coalesce(pipeline_id, ''), 128) || e'\x1f'
    || left(coalesce(state, ''), 128) || e'\x1f' || left(coalesce(code, ''), 128), 0);

create index job_facet_idx on mps.job (mps.to_facet(source, pipeline_id, state, code), creation_time desc, id desc);
create index job_changed_at_idx on mps.job (changed_at);

-- Hash indexes have room for a text of any length, and hold four bytes of it.
create index job_user_data_idx on mps.job using hash (user_data);
create index job_input_object_idx on mps.job using hash (input_object);
create index job_output_object_idx on mps.job using hash (output_object);
