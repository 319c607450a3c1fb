import {ArrowDown, ArrowUp} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {useConnection} from '../../live/connection.ts'
import {fullSpeed, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {VisuallyHidden} from '../../ui/VisuallyHidden.tsx'
import {useScopedServers} from '../servers/switcher/scoped-servers.ts'
import {figuresOf} from './fleet-figures.ts'
import {LiveState} from './LiveState.tsx'
import {serversInTrouble} from './trouble.ts'
import {WorstTrouble} from './WorstTrouble.tsx'

/** The status bar of narrow screens, in one line below the search: speeds, and what is worst. Always there. */
export function PhoneStatus() {
  const servers = useScopedServers()
  const {state} = useConnection()
  const {down, up} = figuresOf(servers)
  const [worst] = serversInTrouble(servers)
  return (
    <section
      aria-label={text('status.label')}
      className="num flex h-9 min-w-0 items-center gap-2 border-b border-line bg-bg px-3.5 text-12 whitespace-nowrap text-text-2 phone:hidden short:hidden"
    >
      {servers.length > 0 && (
        <>
          <Speed icon={ArrowDown} name={text('status.down')} speed={down} />
          <Speed icon={ArrowUp} name={text('status.up')} speed={up} />
        </>
      )}
      <span className="flex h-9 min-w-0 flex-1 items-center justify-end">
        {worst && state === 'live' ? <WorstTrouble server={worst} isBrief /> : <LiveState />}
      </span>
    </section>
  )
}

/** Wide enough for any speed: what stands beside it keeps its place. */
function Speed({icon, name, speed}: {icon: typeof ArrowDown; name: string; speed: number | undefined}) {
  return (
    <span className="flex min-w-[82px] items-center gap-1">
      <Icon icon={icon} size={14} />
      <VisuallyHidden>{name}</VisuallyHidden>
      <b className="font-medium text-text">{written(fullSpeed(speed))}</b>
    </span>
  )
}
