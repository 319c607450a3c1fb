import type {RemovalPreview} from '../../api/actions.ts'
import {text} from '../../text/text.ts'
import {Note} from '../../ui/Note.tsx'
import {counted} from './counted.ts'
import {keptByDoubt, obstacles, withoutTrash} from './removal.ts'

/** Only what is true of these torrents. */
export function DeleteWarnings({
  preview,
  withData,
  isAtOnce,
}: {
  preview: RemovalPreview
  withData: boolean
  isAtOnce: boolean
}) {
  const {downloading, private_below_one: owing, sharing, copies, gone} = preview
  return (
    <>
      {obstacles(preview).map(({name, message}) => (
        <Note key={name} tone="bad">
          <b>{text('delete.obstacle', {name})}</b> {message}
        </Note>
      ))}
      {owing > 0 && (
        <Note tone="warn">
          <b>{counted('delete.owing', owing)}</b> {text('delete.owing.why')}
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
