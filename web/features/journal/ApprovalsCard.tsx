import {useQuery} from '@tanstack/react-query'
import {approvalsQuery} from '../../api/trash.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {ApprovalRow} from './ApprovalRow.tsx'

const MINUTE_MS = 60_000

/** What rules ask before they act; nothing when nothing waits. */
export function ApprovalsCard() {
  const {data} = useQuery(approvalsQuery)
  const now = useNow(MINUTE_MS)
  if (!data?.length) return null
  return (
    <Card title={text('approvals.title')} isPadded={false} className="mb-4">
      <ul className="divide-y divide-line">
        {data.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} now={now} />
        ))}
      </ul>
    </Card>
  )
}
