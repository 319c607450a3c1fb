import {Link} from '@tanstack/react-router'
import {queries} from '../../api/queries.ts'
import {answerApproval, approvalsQuery, type Approval, type ApprovalAnswer} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {fullTime, withExactTimes} from '../../i18n/format-time.ts'
import {bytes, until, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {actionWords} from '../explain/action-words.ts'
import {ConditionTree} from '../explain/ConditionTree.tsx'

/** What a rule wants to do, why, and the two answers. @param now epoch ms */
export function ApprovalRow({approval, now}: {approval: Approval; now: number}) {
  const {id, rule, actions, server_id: serverId, server_name: server, info_hash: hash, size} = approval
  const {send, isBusy, error} = useSending()
  const answer = (it: ApprovalAnswer) =>
    void send(async () => {
      await answerApproval(id, it)
      await queries.invalidateQueries(approvalsQuery)
    })
  const waitsFor = isBusy ? text('approvals.answering') : undefined
  const name = approval.name ?? text('approvals.gone')
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 max-phone:px-3.5">
      <div className="grid min-w-0 flex-1 basis-80 gap-1">
        <p className="text-pretty wrap-anywhere">
          {text('approvals.wants', {rule: rule.name ?? text('approvals.rule-gone')})}{' '}
          <b className="font-medium">{actions.map(({action}) => actionWords(action)).join(', ')}</b>
        </p>
        <p className="wrap-anywhere">
          {hash !== null && serverId !== null ? (
            <Link
              to="/torrents"
              search={{at: `${serverId}~${hash}`, tab: 'why'}}
              className={`${textLinkClass} whitespace-normal!`}
            >
              {name}
            </Link>
          ) : (
            name
          )}
          <span className="num text-text-2">
            {server !== null && ` ${text('activity.on', {server})}`}
            {size !== undefined && ` · ${written(bytes(size))}`}
            {' · '}
            <time dateTime={new Date(approval.until).toISOString()} title={fullTime(approval.until)}>
              {text('approvals.until', {time: written(until(approval.until, now))})}
            </time>
          </span>
        </p>
        {approval.message !== null && (
          <p className="text-pretty text-text-2">{withExactTimes(approval.message, now)}</p>
        )}
        <details>
          <summary className="w-fit cursor-pointer rounded-s py-1 text-12 text-text-3 focus-visible:shadow-focus">
            {text('approvals.why')}
          </summary>
          <ConditionTree trace={approval.evidence} hold={approval.hold} now={now} />
        </details>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </div>
      <div className="flex gap-2">
        <Button waitsFor={waitsFor} onClick={() => answer('decline')}>
          {text('approvals.decline')}
        </Button>
        <Button variant="primary" waitsFor={waitsFor} onClick={() => answer('approve')}>
          {text('approvals.approve')}
        </Button>
      </div>
    </li>
  )
}
