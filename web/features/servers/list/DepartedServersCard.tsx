import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {departedQuery, forgetDeparted, type DepartedServer} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {ConfirmDialog} from '../../../ui/ConfirmDialog.tsx'
import {exactTime, fullTime} from '../../../ui/format-time.ts'
import {Note} from '../../../ui/Note.tsx'

const MINUTE_MS = 60_000

/** Servers that left the configuration and still protect data: what each protects, until when, and how to end it. */
export function DepartedServersCard() {
  const {data = [], error} = useQuery(departedQuery)
  const now = useNow(MINUTE_MS)
  const [gone, setGone] = useState<DepartedServer | null>(null)
  if (error) {
    return (
      <Note tone="bad" className="mt-5">
        {error.message}
      </Note>
    )
  }
  if (data.length === 0) return null
  return (
    <Card title={text('departed.title')} isPadded={false} className="mt-5">
      <p className="border-b border-line px-3.5 py-3 text-pretty text-text-2">{text('departed.what')}</p>
      <ul className="divide-y divide-line" aria-label={text('departed.title')}>
        {data.map((server) => (
          <Row key={server.id} server={server} now={now} onGone={() => setGone(server)} />
        ))}
      </ul>
      {gone && <GoneDialog server={gone} onClose={() => setGone(null)} />}
    </Card>
  )
}

function Row({server, now, onGone}: {server: DepartedServer; now: number; onGone: () => void}) {
  const {name, url, left_at: leftAt, until, replaced: isReplaced} = server
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3.5 py-2.5">
      <div className="grid min-w-0 flex-1 basis-80 gap-0.5">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <b className="font-medium wrap-anywhere">{name}</b>
          <span className="text-12 wrap-anywhere text-text-2">{url}</span>
        </span>
        <span className="num text-12 text-pretty text-text-2">
          <time dateTime={new Date(leftAt).toISOString()} title={fullTime(leftAt)}>
            {text('departed.since', {when: exactTime(leftAt, now)})}
          </time>
          {' · '}
          {listWords(server, now)}
        </span>
        <span className="num text-12 text-pretty text-text-2">
          {keepsWords(server)}{' '}
          <time dateTime={new Date(until).toISOString()} title={fullTime(until)}>
            {text('departed.until', {when: exactTime(until, now)})}
          </time>
        </span>
        {isReplaced && (
          <span className="text-12 text-pretty text-st-stalled">{text('departed.replaced')}</span>
        )}
      </div>
      <Button aria-label={text('departed.gone-one', {name})} onClick={onGone}>
        {text('departed.gone')}
      </Button>
    </li>
  )
}

function GoneDialog({server, onClose}: {server: DepartedServer; onClose: () => void}) {
  const {id, name, torrents} = server
  return (
    <ConfirmDialog
      title={text('departed.confirm.title', {name})}
      says={
        mayNeedMore(server)
          ? text('departed.confirm.unknown')
          : text('departed.confirm.says', {count: torrents})
      }
      verb={text('departed.confirm.do')}
      work={async () => {
        await forgetDeparted(id)
        toast({text: text('departed.confirm.done', {name})})
      }}
      onClose={onClose}
    />
  )
}

function listWords({torrents, listed_at: listedAt}: DepartedServer, now: number): string {
  if (listedAt !== null) return text('departed.list', {when: exactTime(listedAt, now)})
  return torrents === 0 ? text('departed.list.never') : text('departed.list.unknown')
}

function keepsWords(server: DepartedServer): string {
  return mayNeedMore(server)
    ? text('departed.keeps.unknown')
    : text('departed.keeps', {count: server.torrents})
}

/** Nobody knows all that it had when it left. */
function mayNeedMore({torrents, behind}: DepartedServer): boolean {
  return torrents === 0 || behind
}
