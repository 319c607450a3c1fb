import type {RemovalPreview} from '../../../api/actions.ts'
import {text} from '../../../i18n/text.ts'
import {Note} from '../../../ui/Note.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {counted} from '../counted.ts'
import {keptByDoubt, obstacles, withoutTrash} from './removal.ts'

export interface LeaveOut {
  readonly isBusy: boolean
  readonly run: () => void
}

/** Only what is true of these torrents. */
export function DeleteWarnings({
  preview,
  withData,
  isAtOnce,
  leaveOut,
}: {
  preview: RemovalPreview
  withData: boolean
  isAtOnce: boolean
  /** Takes those that still owe out of what is deleted; `null` = nothing would be left. */
  leaveOut: LeaveOut | null
}) {
  const {downloading, owing, linked, sharing, copies, gone} = preview
  return (
    <>
      {obstacles(preview).map(({name, message}) => (
        <Note key={name} tone="bad">
          <b>{text('delete.obstacle', {name})}</b> {message}
        </Note>
      ))}
      {owing > 0 && (
        <Note tone="warn" action={leaveOut && <LeaveOutButton {...leaveOut} />}>
          <b>{counted('delete.owing', owing)}</b> {text('delete.owing.why')}
        </Note>
      )}
      {withData && linked > 0 && (
        <Note>
          <b>{counted('delete.linked', linked)}</b> {text('delete.linked.why')}
        </Note>
      )}
      {withData && sharing.torrents > 0 && <Sharing sharing={sharing} />}
      {withData &&
        keptByDoubt(preview).map(({name, count, message}) => (
          <Note key={name} tone="warn">
            <b>{counted('delete.doubt', count, {name})}</b> {message}
          </Note>
        ))}
      {withData &&
        !isAtOnce &&
        withoutTrash(preview).map(({serverId, name, count, message}) => (
          <Note key={serverId} tone="warn">
            <b>{counted('delete.no-trash', count, {name})}</b> {message}
          </Note>
        ))}
      {downloading > 0 && <Note tone="warn">{counted('delete.incomplete', downloading)}</Note>}
      {copies.torrents > 0 && (
        <Note>
          {counted('delete.copies', copies.torrents, {
            where: copies.servers.map(({server_name: name}) => name).join(', '),
          })}
        </Note>
      )}
      {gone > 0 && <Note>{counted('delete.gone', gone)}</Note>}
    </>
  )
}

function LeaveOutButton({isBusy, run}: LeaveOut) {
  return (
    <TextButton aria-busy={isBusy || undefined} onClick={isBusy ? undefined : run}>
      {text('delete.leave-out')}
    </TextButton>
  )
}

const NAMED = 3

function Sharing({sharing: {torrents, others, count, hidden}}: {sharing: RemovalPreview['sharing']}) {
  const named = others.slice(0, NAMED).map(({name}) => name)
  const more = count - named.length
  return (
    <Note tone="warn">
      <b>{counted('delete.shared', torrents)}</b> {named.join(', ')}
      {more > 0 && ` ${counted('delete.shared.more', more)}`}
      {hidden && ` ${text('delete.shared.hidden')}`}
    </Note>
  )
}
