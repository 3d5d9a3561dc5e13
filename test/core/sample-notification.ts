import type { Notification } from '#core/alert-notification.ts';

/** A group of failed jobs, as it fires for the first time. */
export const sampleNotification: Notification = {
  status: 'firing',
  again: false,
  rule: 'job-failed',
  source: 'default',
  pipelineId: '0123456789abcdef0123456789abcdef',
  code: 'InvalidParameter.ResourceNotFound',
  startsAt: 1_769_846_700,
  endsAt: null,
  jobs: 12,
  jobsTotal: 1234,
  topCodes: [{ code: 'InvalidParameter.ResourceNotFound', jobs: 12 }],
  examples: [
    {
      id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
      creationTime: 1_769_846_640,
      inputObject: 'uploads/launch film.mp4',
      message: 'The resource operated InputFile cannot be found',
    },
  ],
  detail: '12 jobs failed.',
  url: 'https://jobs.example.com/jobs?state=Fail&code=InvalidParameter.ResourceNotFound',
};
