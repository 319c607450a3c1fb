import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'
import {usePreference} from '../../api/preferences.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {serversInTrouble} from '../status/fleet-figures.ts'
import {arrsInTrouble} from './attention.ts'
import {needsOf, type Need} from './needs.ts'

/** A minute more or less is none for what lasts an hour. */
const NEEDS_STEP_MS = 60_000

/** What needs who looks, the oldest first: the same at the bell and on the overview. */
export function useNeeds(): readonly Need[] {
  const servers = useServers() ?? []
  const {data: arrs = []} = useQuery(arrsQuery)
  const news = useAttention()
  const [readUntil] = usePreference('notices.read')
  const forecasts = useSpaceForecasts()
  const now = useNow(NEEDS_STEP_MS)
  const disks = servers.flatMap((server) => {
    const forecast = forecasts.get(server.server_id)
    return forecast && forecast.fullAt - now < SOON_MS ? [{server, fullAt: forecast.fullAt}] : []
  })
  return needsOf(
    {
      ...news,
      notices: news.notices.filter(({at}) => at > readUntil),
      servers: serversInTrouble(servers),
      arrs: arrsInTrouble(arrs),
      disks,
    },
    now,
  )
}

/** Soon enough that somebody should think of it. */
const SOON_MS = 14 * 86_400_000
