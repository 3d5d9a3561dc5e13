import type { JobRow } from '#db/select-jobs.ts';
import { toObjectName } from '#view/pages/object-name.ts';
import { CopyButton, Text } from '#view/pages/text.tsx';

interface Place {
  readonly name: string;
  readonly bucket: string | null;
  readonly location: string | null;
  readonly object: string | null;
}

/** Where the files of a job are in OSS, in the form that its tools take. */
export function JobObjects({ job }: { job: JobRow }) {
  const places: Place[] = [
    { name: 'Input', bucket: job.input_bucket, location: job.input_location, object: job.input_object },
    { name: 'Output', bucket: job.output_bucket, location: job.output_location, object: job.output_object },
    { name: 'Tiles', bucket: job.output_bucket, location: job.output_location, object: job.tile_output_object },
  ];
  const known = places.filter(({ object }) => object !== null);
  return (
    <section class="panel" aria-labelledby="objects">
      <h2 id="objects">Objects in OSS</h2>
      {known.length === 0 && <p class="quiet">The record names none.</p>}
      <dl class="facts">
        {known.map(({ name, bucket, location, object }) => {
          const address = `oss://${bucket ?? '?'}/${toObjectName(object ?? '')}`;
          return (
            <>
              <dt>{name}</dt>
              <dd>
                <span class="mono">
                  <Text value={address} />
                </span>{' '}
                <CopyButton text={address} what={`the address of the ${name.toLowerCase()}`} />
                {location !== null && (
                  <span class="quiet">
                    {' '}
                    <Text value={location} />
                  </span>
                )}
              </dd>
            </>
          );
        })}
      </dl>
    </section>
  );
}
