import type {MoveIn} from '../../api/move-in.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {exactTime} from '../../ui/format-time.ts'

type Database = MoveIn['databases'][number]

const kinds = ['searched', 'requested', 'torrents', 'profiles', 'left_out'] as const

/** What qBitrr remembered and is known here now. */
export function TakenOverCard({databases}: Pick<MoveIn, 'databases'>) {
  return (
    <Card title={text('move-in.taken')} isPadded={databases.length === 0}>
      {databases.length === 0 ? (
        <p className="text-text-2">{text('move-in.taken.none')}</p>
      ) : (
        <ul>
          {databases.map((database) => (
            <Row key={database.path} database={database} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Row({database: {path, counts, moved_at: movedAt}}: {database: Database}) {
  const now = useNow()
  const told = kinds.filter((kind) => counts[kind] > 0)
  return (
    <li className="border-t border-line px-3.5 py-3 first:border-0">
      <p className="flex flex-wrap justify-between gap-x-3">
        <code className="mono text-12 wrap-anywhere">{path}</code>
        <span className="text-12 text-text-3">{text('move-in.taken.at', {at: exactTime(movedAt, now)})}</span>
      </p>
      <ul className="mt-1.5 list-disc pl-4 text-text-2">
        {told.map((kind) => (
          <li key={kind}>{text(`move-in.taken.${kind}`, {count: counts[kind]})}</li>
        ))}
        {told.length === 0 && <li>{text('move-in.taken.empty')}</li>}
      </ul>
    </li>
  )
}
