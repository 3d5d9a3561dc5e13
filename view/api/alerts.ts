import { alertRules } from '#core/alert-notification.ts';
import { selectAlertList } from '#db/select-alert-list.ts';
import { toAlertJson } from '#view/alert-json.ts';
import { defineRoute } from '#view/api/route.ts';
import { toListName } from '#view/cursor.ts';
import { toNumberedPage } from '#view/numbered-page.ts';
import { aCursor, aLimit, anyOf, someOf } from '#view/parameters.ts';
import { alertList, alertStatuses } from '#view/schemas/alert.ts';

const path = '/v1/alerts';
const defaultLimit = 100;

const list = defineRoute({
  path,
  operationId: 'listAlerts',
  tag: 'Alerts',
  summary: 'Alerts, the latest to appear first',
  query: {
    status: someOf(alertStatuses, 'Alerts in one of these states. Default: all.'),
    rule: someOf(alertRules, 'Alerts of one of these rules.'),
    source: anyOf('Alerts about one of these sources.'),
    pipeline: anyOf('Alerts about one of these pipelines, by id.'),
    code: anyOf('Alerts about one of these error codes.'),
    limit: aLimit(1000, 'Alerts in one answer; 100 unless given.'),
    cursor: aCursor,
  },
  answer: { json: alertList, description: 'A page of alerts.' },
  async handle({ values, query, view: { database, cursors } }) {
    const name = toListName(path, query);
    const limit = values.limit ?? defaultLimit;
    const found = await selectAlertList(database, {
      filter: {
        statuses: values.status,
        rules: values.rule,
        sources: values.source,
        pipelines: values.pipeline,
        codes: values.code,
      },
      before: cursors.readNumber(name, values.cursor),
      limit: limit + 1,
    });
    const { rows, next } = toNumberedPage(found, { limit, cursors, name });
    return { alerts: rows.map(toAlertJson), next_cursor: next };
  },
});

export const alertRoutes = [list];
