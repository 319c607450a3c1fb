import {queryOptions} from '@tanstack/react-query'
import {serversQuery} from '../../api/servers.ts'
import {isUnread} from '../servers/health/health-words.ts'

const REFRESH_MS = 2_000
/** Who has just added a server looks at nothing else. */
const EAGER_MS = 400
/** One that is away for long is not asked for so often. */
const EAGER_FOR_MS = 15_000

/** The servers while somebody sets up, where no live connection is yet: at once when they have told their list. */
export const shownSoon = queryOptions({
  ...serversQuery,
  refetchInterval: ({state: {data = []}}) =>
    data.some((server) => isUnread(server) && Date.now() - server.health.since < EAGER_FOR_MS)
      ? EAGER_MS
      : REFRESH_MS,
})
