import {Link} from '@tanstack/react-router'
import {useState} from 'react'
import {posterUrl} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {ago, bytes, written} from '../../../ui/format.ts'
import {joined} from '../../../ui/joined.ts'
import {lazyDialog} from '../../../ui/lazy-part.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {Poster} from '../../../ui/Poster.tsx'
import {ProgressBar} from '../../../ui/ProgressBar.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {stateColours} from '../../../ui/state-icons.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {ServerName} from '../../servers/ServerName.tsx'
import {stateFace} from '../../torrents/table/state-face.ts'
import type {WireColumn} from '../../torrents/table/wire-columns.ts'
import {isAnswerable, nextWords, type QueueLine, type QueueTorrent} from './queue-lines.ts'

const TriageDialog = lazyDialog(['accounts'], async () => (await import('./TriageDialog.tsx')).TriageDialog)

/** The columns that head and rows share; that of the Arr only where there are several. */
function gridOf(hasArr: boolean): string {
  const columns = hasArr
    ? 'desk:grid-cols-[24px_minmax(220px,1.5fr)_104px_178px_84px_minmax(90px,.5fr)_minmax(170px,.8fr)]'
    : 'desk:grid-cols-[24px_minmax(240px,1.5fr)_178px_84px_minmax(90px,.5fr)_minmax(170px,.9fr)]'
  return `desk:grid ${columns} desk:items-center desk:gap-x-4 desk:px-3.5`
}

/** Downloads, each once: what it is, what its torrent does, where, and what happens next. */
export function QueueList({
  lines,
  label,
  hasArr = false,
}: {
  lines: readonly QueueLine[]
  label: string
  /** They are of several Arrs. */
  hasArr?: boolean
}) {
  return (
    <>
      <div
        aria-hidden
        className={`${gridOf(hasArr)} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
      >
        <span />
        <span>{text('arr.queue.release')}</span>
        {hasArr && <span>{text('arrs.column.name')}</span>}
        <span>{text('column.state')}</span>
        <span className="text-right">{text('column.size')}</span>
        <span>{text('column.server')}</span>
        <span>{text('arr.queue.next')}</span>
      </div>
      <ul aria-label={label}>
        {lines.map((line) => (
          <QueueRow key={line.id} line={line} hasArr={hasArr} />
        ))}
      </ul>
    </>
  )
}

/** Its whole row leads to its torrent. Where there is no room for columns it has two lines. */
function QueueRow({line, hasArr}: {line: QueueLine; hasArr: boolean}) {
  const {row, torrents} = line
  const [torrent] = torrents
  return (
    <li
      data-download
      className={joined(
        gridOf(hasArr),
        'relative min-h-12 border-b border-line py-1.5 last:border-0 focus-within:bg-hover hover:bg-hover max-desk:grid max-desk:grid-cols-[24px_minmax(0,1fr)_auto] max-desk:items-center max-desk:gap-x-3 max-desk:gap-y-0.5 max-desk:px-3.5 max-desk:py-2',
        torrent?.stale === true && 'text-text-3',
      )}
    >
      <ItemPoster line={line} />
      <What line={line} />
      {hasArr && <Arrs line={line} />}
      {torrent === undefined ? (
        <span className="text-text-3">{text(`arr.status.${row.status}`)}</span>
      ) : (
        <StateCell torrent={torrent} />
      )}
      <span className="num text-right max-desk:hidden">
        <Quantity value={bytes(torrent?.size ?? (row.size > 0 ? row.size : undefined))} />
      </span>
      <Servers torrents={torrents} />
      <Next line={line} />
    </li>
  )
}

function ItemPoster({line: {arr, row, media, title}}: {line: QueueLine}) {
  const [first] = media
  return (
    <Poster
      src={first === undefined ? null : posterUrl(arr.id, first)}
      title={title ?? row.title}
      className="max-desk:row-span-2 max-desk:self-start"
    />
  )
}

/** "Harbour of Glass (2021)" and its release; the release alone while it has no title. */
function What({line}: {line: QueueLine}) {
  const {row, title, torrents} = line
  const [torrent] = torrents
  const name = (
    <MiddleText className={title === null ? undefined : 'font-medium'}>{title ?? row.title}</MiddleText>
  )
  return (
    <div className="grid min-w-0">
      {torrent === undefined ? (
        <span data-main tabIndex={-1} className="min-w-0 rounded-s focus-visible:shadow-focus">
          {name}
        </span>
      ) : (
        <Link
          data-main
          to="/torrents"
          search={{at: `${torrent.server_id}~${torrent.info_hash}`}}
          className="min-w-0 rounded-s after:absolute after:inset-0 hover:underline focus-visible:shadow-focus"
        >
          {name}
        </Link>
      )}
      <span className="flex min-w-0 items-baseline gap-2 text-12 text-text-3 max-desk:hidden">
        {title === null ? (
          <span className="truncate">{aboutOf(line)}</span>
        ) : (
          <MiddleText className="flex-1">{row.title}</MiddleText>
        )}
        <Why line={line} />
      </span>
    </div>
  )
}

function Why({line, className}: {line: QueueLine; className?: string}) {
  const {arr, row, media, title} = line
  // 0 = of its series only the name is known.
  const first = media.find(({id}) => id > 0)
  if (first === undefined) return null
  return (
    <Link
      data-why
      to="/library/arrs/$id/items/$item"
      params={{id: arr.id, item: String(first.id)}}
      aria-label={text('arr.item.why-of', {name: title ?? row.title})}
      className={joined(textLinkClass, 'relative -mb-1 py-1 pointer-coarse:py-2.5', className)}
    >
      {text('arr.item.why')}
    </Link>
  )
}

/** "WEBDL-1080p · 3 episodes · from one", while it has no title. */
function aboutOf({row, media}: QueueLine): string {
  const [first] = media
  return [
    row.quality,
    first === undefined ? text('arr.media.none') : text(`arr.media.${first.kind}`, {count: media.length}),
    row.indexer === '' ? '' : text('arr.queue.from', {indexer: row.indexer}),
  ]
    .filter((it) => it !== '')
    .join(' · ')
}

function Arrs({line: {arrs, asOf}}: {line: QueueLine}) {
  const now = useNow(10_000)
  return (
    <span className="grid min-w-0 text-text-2 max-desk:hidden">
      <span className="truncate">{arrs.map(({name}) => name).join(', ')}</span>
      {asOf !== null && (
        <span className="truncate text-12 text-text-3">
          {text('state.old', {age: written(ago(asOf, now))})}
        </span>
      )}
    </span>
  )
}

function StateCell({torrent}: {torrent: QueueTorrent}) {
  const now = useNow(10_000)
  const cells: Readonly<Record<string, unknown>> = torrent
  const face = stateFace(
    (column: WireColumn) => cells[column] as ReturnType<Parameters<typeof stateFace>[0]>,
    now,
  )
  return (
    <span className="grid min-w-0 gap-1" title={face.title === '' ? undefined : face.title}>
      <span className="flex items-center gap-1.5">
        <StateIcon state={face.icon} />
        <span className={joined('truncate', face.isLoud && `font-medium ${stateColours[face.icon]}`)}>
          {face.word}
        </span>
        <span
          className={joined('ml-auto shrink-0', face.isFigure ? 'num font-medium' : 'text-12 text-text-3')}
        >
          {face.aside}
        </span>
      </span>
      {face.bar && (
        <ProgressBar
          share={face.bar.share}
          kind={face.bar.kind}
          label={text('column.progress')}
          colour={stateColours[face.icon]}
          className="max-desk:hidden"
        />
      )}
    </span>
  )
}

function Servers({torrents}: {torrents: readonly QueueTorrent[]}) {
  const servers = useServers() ?? []
  if (torrents.length === 0) return <span className="text-text-off max-desk:hidden">–</span>
  return (
    <span className="grid min-w-0 max-desk:hidden">
      {torrents.map(({server_id: id, server_name: name}) => {
        const place = servers.findIndex((it) => it.server_id === id)
        const server = servers[place]
        return server === undefined ? (
          <span key={id} className="truncate">
            {name}
          </span>
        ) : (
          <ServerName key={id} server={server} place={place} />
        )
      })}
    </span>
  )
}

function Next({line}: {line: QueueLine}) {
  const now = useNow(10_000)
  const {what, more, isLoud} = nextWords(line, now)
  return (
    <span className="grid min-w-0 max-desk:col-span-2 max-desk:col-start-2 max-desk:flex max-desk:items-baseline max-desk:gap-x-2 max-desk:text-12">
      <span className={joined('truncate', isLoud && 'font-medium text-st-stalled')}>{what}</span>
      {more !== '' && (
        <span className="truncate text-12 text-text-3" title={more}>
          {more}
        </span>
      )}
      {isAnswerable(line) && <Answer line={line} />}
      <Why line={line} className="ml-auto shrink-0 desk:hidden" />
    </span>
  )
}

/** What is proposed, or that something can be done: it is said in a dialog what it would do. */
function Answer({line}: {line: QueueLine}) {
  const [isOpen, setIsOpen] = useState(false)
  const {row, title, triage} = line
  const proposed = triage?.proposed ?? 'leave'
  const label = text(proposed === 'leave' ? 'triage.answer' : `triage.action.${proposed}`)
  return (
    <>
      <TextButton
        className="relative z-1 justify-self-start text-12"
        aria-label={text('triage.answer.for', {answer: label, name: title ?? row.title})}
        onClick={() => setIsOpen(true)}
      >
        {text('triage.answer.more', {answer: label})}
      </TextButton>
      {isOpen && <TriageDialog line={line} onClose={() => setIsOpen(false)} />}
    </>
  )
}
