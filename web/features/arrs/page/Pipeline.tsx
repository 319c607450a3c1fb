import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Hand, type LucideIcon} from 'lucide-react'
import type {Arr} from '../../../api/arrs.ts'
import {foundTotal} from '../../../api/torrents.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {bytes, count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {ProgressBar} from '../../../ui/ProgressBar.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {stateColours, type StateIconName} from '../../../ui/state-icons.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {ServerName} from '../../servers/list/ServerName.tsx'
import {stateFace} from '../../torrents/table/state-face.ts'
import type {WireColumn} from '../../torrents/table/wire-columns.ts'
import {
  nextWords,
  queueStages,
  ruleWords,
  type QueueLine,
  type QueueStage,
  type QueueTorrent,
} from './queue-lines.ts'

const icons: Readonly<Record<QueueStage, StateIconName | LucideIcon>> = {
  grabbed: 'queued',
  downloading: 'downloading',
  stalled: 'stalled',
  importing: 'moving',
  waiting: Hand,
}

const step =
  'grid min-w-29.5 flex-1 gap-px border-l border-line px-4 py-3 text-left first:border-0 hover:bg-hover focus-visible:shadow-focus-in'

/** Where the downloads of an Arr are on their way; each number filters the queue below. */
export function Pipeline({
  arr,
  counts,
  stage,
  onStage,
}: {
  arr: Arr
  /** `null` = the queue is not read. */
  counts: Readonly<Record<QueueStage, number>> | null
  stage: QueueStage | null
  onStage: (stage: QueueStage | null) => void
}) {
  return (
    <section
      aria-label={text('arr.pipeline')}
      className="flex overflow-x-auto rounded-l border border-line-strong bg-surface [scrollbar-width:none]"
    >
      {queueStages.map((it) => (
        <button
          key={it}
          type="button"
          aria-pressed={stage === it}
          onClick={() => onStage(stage === it ? null : it)}
          className={joined(step, 'aria-pressed:bg-accent-soft')}
        >
          <Label icon={icons[it]} words={text(`arr.stage.${it}`)} />
          <Figure value={counts?.[it] ?? null} isLoud={it === 'waiting'} />
        </button>
      ))}
      <Seeding category={arr.category} />
    </section>
  )
}

function Seeding({category}: {category: string}) {
  const q = `category:"${category.replaceAll('"', '')}" state:seeding`
  const {data} = useQuery({...foundTotal(q), enabled: category !== ''})
  return (
    <Link to="/torrents" search={{q}} className={`${step} text-text`}>
      <Label icon="seeding" words={text('arr.stage.seeding')} />
      <Figure value={data ?? null} />
    </Link>
  )
}

function Label({icon, words}: {icon: StateIconName | LucideIcon; words: string}) {
  return (
    <span className="flex items-center gap-1.5 text-12 text-text-2">
      {typeof icon === 'string' ? (
        <StateIcon state={icon} size={14} />
      ) : (
        <Icon icon={icon} size={14} className="text-st-stalled" />
      )}
      {words}
    </span>
  )
}

/** @param value `null` = not known: never a zero */
function Figure({value, isLoud = false}: {value: number | null; isLoud?: boolean}) {
  return (
    <b
      title={value === null ? text('arrs.queue.unknown') : undefined}
      className={joined(
        'num text-20/tight tracking-[-.02em]',
        isLoud && value ? 'text-st-stalled' : undefined,
      )}
    >
      {value === null ? '?' : count(value)}
    </b>
  )
}

/** The columns that head and rows of the queue share. */
export const queueGrid =
  'desk:grid desk:grid-cols-[minmax(260px,1.5fr)_178px_84px_minmax(90px,.5fr)_minmax(170px,.9fr)] desk:items-center desk:gap-x-4 desk:px-3.5'

/** One download: what it is, what its torrent does, where, and what happens next. */
export function QueueRowLine({arrId, line}: {arrId: string; line: QueueLine}) {
  const {row, media, title, torrents} = line
  const [torrent] = torrents
  // 0 = of its series only the name is known.
  const first = media.find(({id}) => id > 0)
  return (
    <li
      className={joined(
        queueGrid,
        'min-h-11 border-b border-line py-1.5 last:border-0 hover:bg-hover max-desk:grid max-desk:grid-cols-[minmax(0,1fr)_auto] max-desk:gap-x-3 max-desk:gap-y-1 max-desk:px-3.5 max-desk:py-2.5',
        torrent?.stale === true && 'text-text-3',
      )}
    >
      <div className="grid min-w-0 max-desk:col-span-full">
        {torrent === undefined ? (
          <MiddleText>{row.title}</MiddleText>
        ) : (
          <Link
            to="/torrents"
            search={{at: `${torrent.server_id}~${torrent.info_hash}`}}
            className="min-w-0 rounded-s hover:underline focus-visible:shadow-focus pointer-coarse:py-2.5"
          >
            <MiddleText>{row.title}</MiddleText>
          </Link>
        )}
        <span className="flex min-w-0 items-baseline gap-2 text-12 text-text-3">
          <span className="truncate">{aboutOf(line)}</span>
          {first && (
            <Link
              to="/library/arrs/$id/items/$item"
              params={{id: arrId, item: String(first.id)}}
              aria-label={text('arr.item.why-of', {name: title ?? row.title})}
              className={`${textLinkClass} -mb-1 py-1 pointer-coarse:py-2.5`}
            >
              {text('arr.item.why')}
            </Link>
          )}
        </span>
      </div>
      {torrent === undefined ? (
        <span className="text-text-3">{text(`arr.status.${row.status}`)}</span>
      ) : (
        <StateCell torrent={torrent} />
      )}
      <span className="num text-right">
        <Quantity value={bytes(torrent?.size ?? (row.size > 0 ? row.size : undefined))} />
      </span>
      <Servers torrents={torrents} />
      <Next line={line} />
    </li>
  )
}

/** "Harbour of Glass (2021) · WEBDL-1080p · from one"; "WEBDL-1080p · 3 episodes" while it has no title. */
function aboutOf({row, media, title}: QueueLine): string {
  const [first] = media
  return [
    title ?? '',
    row.quality,
    first === undefined ? text('arr.media.none') : '',
    first === undefined || title !== null ? '' : text(`arr.media.${first.kind}`, {count: media.length}),
    row.indexer === '' ? '' : text('arr.queue.from', {indexer: row.indexer}),
  ]
    .filter((it) => it !== '')
    .join(' · ')
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
    <span className="grid min-w-0">
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
  const {what, more, isLoud} = nextWords(line)
  const rule = ruleWords(line)
  return (
    <span className="grid min-w-0 max-desk:col-span-full">
      <span className={joined('truncate', isLoud && 'font-medium text-st-stalled')}>{what}</span>
      {more !== '' && (
        <span className="truncate text-12 text-text-3" title={more}>
          {more}
        </span>
      )}
      {rule && (
        <span className="text-12 text-pretty wrap-anywhere text-text-2" title={rule.rule}>
          {rule.what}
          <span className="sr-only">, {rule.rule}</span>
        </span>
      )}
    </span>
  )
}
