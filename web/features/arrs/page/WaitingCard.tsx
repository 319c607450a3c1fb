import type {Arr} from '../../../api/arrs.ts'
import {useNow} from '../../../live/clock.ts'
import {text} from '../../../i18n/text.ts'
import {Badge} from '../../../ui/Badge.tsx'
import {Card} from '../../../ui/Card.tsx'
import {ApprovalRow} from '../../journal/ApprovalRow.tsx'
import type {QueueLine} from './queue-lines.ts'
import {SuspendedRow} from './SuspendedRow.tsx'
import {useAnswers} from './use-answers.ts'
import {useArrAsks} from './use-arr-asks.ts'
import {WaitingRow} from './WaitingRow.tsx'

const MINUTE_MS = 60_000

/**
 * What waits for a person: rules of the Arr that stopped themselves, decisions about its downloads that ask first, and
 * what the Arr itself gets no further with.
 */
export function WaitingCard({arr, lines}: {arr: Arr; lines: readonly QueueLine[]}) {
  const answers = useAnswers(arr.id)
  const {suspended, approvals} = useArrAsks(arr.id)
  const now = useNow(MINUTE_MS)
  const count = suspended.length + approvals.length + lines.length
  if (count === 0) return null
  return (
    <Card title={text('arr.waiting')} isPadded={false} actions={<Badge tone="warn">{String(count)}</Badge>}>
      <ul className="divide-y divide-line">
        {suspended.map((rule) => (
          <SuspendedRow key={rule.id} rule={rule} now={now} />
        ))}
        {approvals.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} now={now} />
        ))}
        {lines.map((line) => (
          <WaitingRow
            key={line.id}
            arr={arr}
            line={line}
            result={answers.results.get(line.id) ?? null}
            onAnswer={(answer) => answers.say(line, answer)}
          />
        ))}
      </ul>
    </Card>
  )
}
