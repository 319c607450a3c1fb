import {useQuery} from '@tanstack/react-query'
import {useRouterState} from '@tanstack/react-router'
import {Bell} from 'lucide-react'
import {Suspense, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {text} from '../../i18n/text.ts'
import {until, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Popover} from '../../ui/Popover.tsx'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {arrsInTrouble} from './attention.ts'
import type {Concerns, EndingDisk} from './AttentionList.tsx'
import {serversInTrouble} from './trouble.ts'

const AttentionList = lazyPart(['attention'], async () => (await import('./AttentionList.tsx')).AttentionList)

/** What somebody should look at, with the way there. */
export function AttentionBell() {
  const concerns = useConcerns()
  const [open, setOpen] = useOpenHere()
  const all = Object.values(concerns).reduce((sum, some) => sum + some.length, 0)
  const label = text('attention.open', {count: all})
  return (
    <Popover
      label={label}
      align="end"
      className="p-2"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton label={label} icon={Bell}>
          {all > 0 && (
            <span
              aria-hidden
              className="num absolute top-0.5 right-px h-3.75 min-w-3.75 rounded-full bg-st-stalled px-1 text-11/[15px] font-bold text-surface"
            >
              {all}
            </span>
          )}
        </IconButton>
      }
    >
      <div className="w-80 max-w-full">
        <Suspense>
          <AttentionList concerns={concerns} isQuiet={all === 0} />
        </Suspense>
      </div>
    </Popover>
  )
}

/** Open on the page where it was opened: whoever follows a link in it went there to look. */
function useOpenHere(): [boolean, (open: boolean) => void] {
  const here = useRouterState({select: ({location}) => location.pathname})
  const [openAt, setOpenAt] = useState<string | null>(null)
  return [openAt === here, (open) => setOpenAt(open ? here : null)]
}

function useConcerns(): Concerns {
  const servers = useServers() ?? []
  const {data: arrs = []} = useQuery(arrsQuery)
  const {processes, rules, approvals} = useAttention()
  const disks = useEndingDisks(servers)
  return {
    ...{servers: serversInTrouble(servers), arrs: arrsInTrouble(arrs)},
    ...{processes, rules, approvals, disks},
  }
}

/** Soon enough that somebody should think of it. */
const SOON_MS = 7 * 86_400_000

function useEndingDisks(servers: readonly LiveServer[]): readonly EndingDisk[] {
  const forecasts = useSpaceForecasts()
  const now = useNow(60_000)
  return servers.flatMap((server) => {
    const forecast = forecasts.get(server.server_id)
    if (!forecast || forecast.fullAt - now > SOON_MS) return []
    return [{server, words: text('attention.full', {time: written(until(forecast.fullAt, now))})}]
  })
}
