import {useQuery} from '@tanstack/react-query'
import {CircleCheck, CircleHelp, CircleX} from 'lucide-react'
import {mappingsQuery, type MappingCheck} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Badge} from '../../../ui/Badge.tsx'
import {Card} from '../../../ui/Card.tsx'
import {exactTime, fullTime} from '../../../ui/format-time.ts'

const looks = {
  proven: {icon: CircleCheck, tone: 'good'},
  unproven: {icon: CircleHelp, tone: 'quiet'},
  contradicted: {icon: CircleX, tone: 'bad'},
} as const

/** Where folders of a server are mapped to, whether its files are there, and how a doubt ends. */
export function PathMappingsCard({id}: {id: string}) {
  const {data = []} = useQuery(mappingsQuery(id))
  const now = useNow(60_000)
  if (data.length === 0) return null
  return (
    <Card title={text('mappings.title')} isPadded={false}>
      <ul className="divide-y divide-line" aria-label={text('mappings.title')}>
        {data.map((mapping) => (
          <Row key={mapping.from} mapping={mapping} now={now} />
        ))}
      </ul>
    </Card>
  )
}

function Row({
  mapping: {from, to, verdict, reason, checked_at: at},
  now,
}: {
  mapping: MappingCheck
  now: number
}) {
  const {icon, tone} = looks[verdict]
  return (
    <li className="grid gap-1 px-3.5 py-2.5">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-mono text-12 wrap-anywhere">
          {from} → {to}
        </span>
        <Badge icon={icon} tone={tone}>
          {text(`mappings.${verdict}`)}
        </Badge>
      </span>
      <span className="text-pretty text-text-2">
        {reason} {verdict === 'contradicted' && text('mappings.contradicted.means')}
      </span>
      {at !== null && (
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-12 text-text-3">
          {text('mappings.checked', {when: exactTime(at, now)})}
        </time>
      )}
    </li>
  )
}
