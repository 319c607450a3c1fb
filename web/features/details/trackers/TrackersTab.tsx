/* oxlint-disable jsx-a11y/prefer-tag-over-role -- columns fold into lines where it is narrow: tags of tables would not */
import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleMinus,
  CircleX,
  Ellipsis,
  Megaphone,
  OctagonAlert,
  Plus,
  RefreshCw,
  type LucideIcon,
} from 'lucide-react'
import {useRef, useState, type ReactNode} from 'react'
import {addTrackers, editTracker, removeTracker, trackersQuery, type Tracker} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow, useNow} from '../../../live/clock.ts'
import {useServer} from '../../../live/servers.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {fullTime} from '../../../i18n/format-time.ts'
import {countOf} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {doAction} from '../../actions/do-action.ts'
import {oneTarget} from '../../actions/target.ts'
import {LineDialog, LinesDialog, lookAgain, useSend} from '../EditDialogs.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import {useNarrow} from '../row-layout.ts'
import {nameOf, type Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {WebSeeds} from './WebSeeds.tsx'
import {firstWrong, readTiers} from '../../../lib/announce-lines.ts'
import {
  aroundHost,
  hostOf,
  lastAnnounce,
  nextAnnounce,
  trackerLooks,
  type TrackerIcon,
} from './tracker-words.ts'

const TrackerRequires = lazyPart(
  ['trackers'],
  async () => (await import('./TrackerRequires.tsx')).TrackerRequires,
)

const NARROW_BELOW = 760

const sources = ['trackers', 'webseeds'] as const
type Source = (typeof sources)[number]

/** Where a torrent gets its peers, or its data without any. */
export function TrackersTab({torrent}: {torrent: Torrent}) {
  const [shown, show] = useState<Source>('trackers')
  const choice = (
    <Segmented
      value={shown}
      onChange={show}
      label={text('trackers.sources')}
      options={sources.map((value) => ({value, label: text(`trackers.sources.${value}`)}))}
    />
  )
  return shown === 'trackers' ? (
    <Trackers torrent={torrent} choice={choice} />
  ) : (
    <WebSeeds torrent={torrent} choice={choice} />
  )
}

/** Who lists its peers, how that goes, and what they say. */
function Trackers({torrent, choice}: {torrent: Torrent; choice: ReactNode}) {
  const now = useNow()
  const box = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(box, NARROW_BELOW)
  const part = usePart(torrent.server_id, trackersQuery(torrent))
  const {viewOnly, whyNot, noteOn} = useAbilities(torrent.server_id)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const [open, setOpen] = useState<{name: 'add'} | {name: 'edit'; url: string} | null>(null)
  const send = useSend(torrent)
  const close = () => setOpen(null)
  const sent = () => {
    lookAgain(torrent)
    announce(text('details.sent', {server}))
  }
  const remove = (url: string) =>
    send(
      () => removeTracker(torrent, url),
      () =>
        toast({
          text: text('trackers.removed', {host: hostOf(url)}),
          undo: {until: serverNow() + UNDO_MS, run: () => send(() => addTrackers(torrent, [[url]]))},
        }),
    )
  const add = (
    <Button
      variant="ghost"
      icon={Plus}
      disabledReason={whyNot('addTrackers') ?? undefined}
      onClick={() => setOpen({name: 'add'})}
    >
      {text('trackers.add')}
    </Button>
  )
  return (
    <div ref={box} className="h-full min-h-0">
      <PartFrame
        part={part}
        serverId={torrent.server_id}
        viewOnly={viewOnly}
        start={choice}
        actions={
          <>
            <Button
              variant="ghost"
              icon={Megaphone}
              disabledReason={whyNot('reannounce') ?? undefined}
              onClick={() => void doAction('reannounce', oneTarget(nameOf(torrent)))}
            >
              {text('trackers.reannounce')}
            </Button>
            {add}
          </>
        }
      >
        {(trackers) =>
          trackers.length === 0 ? (
            <PartEmpty title={text('trackers.none')} actions={viewOnly === null && add} />
          ) : (
            <div className="min-h-0 overflow-auto">
              <TrackerRequires torrent={torrent} trackers={trackers} />
              <div role="table" aria-label={text('trackers.label')} className="border-t border-line">
                {!isNarrow && <TrackerHead />}
                {trackers.map((tracker) => (
                  <TrackerRow
                    key={`${tracker.tier} ${tracker.url}`}
                    tracker={tracker}
                    now={now}
                    isNarrow={isNarrow}
                    change={
                      viewOnly === null
                        ? {
                            edit: () => setOpen({name: 'edit', url: tracker.url}),
                            remove: () => remove(tracker.url),
                            whyNoEdit: whyNot('editTracker'),
                            whyNoRemove: whyNot('removeTrackers'),
                          }
                        : null
                    }
                  />
                ))}
              </div>
            </div>
          )
        }
      </PartFrame>
      {open?.name === 'add' && (
        <LinesDialog
          kind="tracker"
          about={torrent}
          note={noteOn('addTrackers')}
          send={(typed) => addTrackers(torrent, readTiers(typed)).then(sent)}
          onClose={close}
        />
      )}
      {open?.name === 'edit' && (
        <LineDialog
          title={text('trackers.edit')}
          about={torrent}
          label={text('trackers.edit.field')}
          verb={text('trackers.edit.do')}
          value={open.url}
          hint={noteOn('editTracker') || undefined}
          isMono
          mistakeIn={(typed) =>
            firstWrong([typed.trim()], 'tracker') === null ? null : text('trackers.add.wrong', {line: typed})
          }
          send={(typed) => editTracker(torrent, open.url, typed.trim()).then(sent)}
          onClose={close}
        />
      )}
    </div>
  )
}

const icons: Readonly<Record<TrackerIcon, LucideIcon>> = {
  ok: CircleCheck,
  busy: RefreshCw,
  waits: CircleDashed,
  off: CircleMinus,
  bad: OctagonAlert,
  lost: CircleX,
  unknown: CircleHelp,
}

const wide =
  'grid grid-cols-[34px_minmax(160px,1.2fr)_minmax(150px,1fr)_56px_64px_76px_76px_70px_28px] items-center gap-x-3 pr-2 pl-4'
const narrow =
  'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 pr-2 pl-4 py-1.5 max-phone:pl-3.5'
const line = 'border-b border-line'

const heads = [
  ['trackers.tier', ''],
  ['trackers.address', ''],
  ['trackers.status', ''],
  ['trackers.seeds', 'text-right'],
  ['trackers.leeches', 'text-right'],
  ['trackers.downloads', 'text-right'],
  ['trackers.last', 'text-right'],
  ['trackers.next', 'text-right'],
] as const

function TrackerHead() {
  return (
    <div role="row" className={`${wide} ${line} sticky top-0 z-sticky h-7 bg-surface text-11 text-text-3`}>
      {heads.map(([key, align]) => (
        <span key={key} role="columnheader" className={align}>
          {text(key)}
        </span>
      ))}
      <span role="columnheader">
        <span className="sr-only">{text('menu.actions')}</span>
      </span>
    </div>
  )
}

interface TrackerChange {
  readonly edit: () => void
  readonly remove: () => void
  readonly whyNoEdit: string | null
  readonly whyNoRemove: string | null
}

/** One tracker: whom it asks, how that goes, its words in quotes. @param change `null` = he may only look */
function TrackerRow({
  tracker,
  now,
  isNarrow,
  change,
}: {
  tracker: Tracker
  now: number
  isNarrow: boolean
  change: TrackerChange | null
}) {
  const {tier, seeds, leeches, downloaded} = tracker
  if (isNarrow) {
    return (
      <div role="row" className={`${narrow} ${line}`}>
        <Address tracker={tracker} />
        <Menu tracker={tracker} change={change} />
        <Status tracker={tracker} />
        <span role="cell" className="col-span-2 flex flex-wrap gap-x-3 text-12 text-text-3">
          <span>
            {text('trackers.seeds')} <Quantity value={countOf(seeds)} />
          </span>
          <span>
            {text('trackers.leeches')} <Quantity value={countOf(leeches)} />
          </span>
          {announcesOf(tracker, now).map(({head, words, title}) => (
            <span key={head} title={title} className="num">
              {text(head)} <span className="text-text-2">{words}</span>
            </span>
          ))}
        </span>
      </div>
    )
  }
  return (
    <div role="row" className={`${wide} ${line} min-h-[30px] py-[3px] hover:bg-hover`}>
      <span role="cell" className="num text-text-3">
        {tier + 1}
      </span>
      <Address tracker={tracker} />
      <Status tracker={tracker} />
      {[seeds, leeches, downloaded].map((value, at) => (
        <span key={heads[at + 3]![0]} role="cell" className="text-right">
          <Quantity value={countOf(value)} />
        </span>
      ))}
      {announcesOf(tracker, now).map(({head, words, title}) => (
        <span key={head} role="cell" title={title} className="num text-right">
          {words}
        </span>
      ))}
      <Menu tracker={tracker} change={change} />
    </div>
  )
}

/** When it was asked last and is asked next; without a head above it each needs its own. */
function announcesOf({last_announce_at: last, next_announce_at: next}: Tracker, now: number) {
  const titleOf = (time: Tracker['last_announce_at']) =>
    typeof time === 'number' ? fullTime(time) : undefined
  return [
    {head: 'trackers.last-announce', words: lastAnnounce(last, now), title: titleOf(last)},
    {head: 'trackers.next-announce', words: nextAnnounce(next, now), title: titleOf(next)},
  ] as const
}

function Address({tracker: {url}}: {tracker: Tracker}) {
  const [before, host, after] = aroundHost(url)
  return (
    <span role="cell" className="min-w-0 truncate" title={url}>
      <span className="text-text-3">{before}</span>
      <span className="font-medium">{host}</span>
      <span className="text-text-3">{after}</span>
    </span>
  )
}

function Status({tracker: {status, message}}: {tracker: Tracker}) {
  const {word, ink, icon} = trackerLooks[status]
  return (
    <span role="cell" className="flex min-w-0 items-start gap-1.5">
      <Icon icon={icons[icon]} size={14} className={joined('mt-[3px]', ink)} />
      <span className="min-w-0 wrap-anywhere">
        {text(word)}
        {message !== '' && <q className="ml-1.5 text-text-2">{message}</q>}
      </span>
    </span>
  )
}

function Menu({tracker: {url}, change}: {tracker: Tracker; change: TrackerChange | null}) {
  const [, copy] = useCopy()
  const changes =
    change === null
      ? []
      : [
          {
            id: 'edit',
            label: text('trackers.edit'),
            onSelect: change.edit,
            disabledReason: change.whyNoEdit ?? undefined,
          },
          {
            id: 'remove',
            label: text('trackers.remove'),
            danger: true,
            onSelect: change.remove,
            disabledReason: change.whyNoRemove ?? undefined,
          },
        ]
  return (
    <span role="cell" className="grid justify-end pointer-coarse:-my-2.5">
      <DropdownMenu
        align="end"
        label={hostOf(url)}
        trigger={
          <IconButton size="small" icon={Ellipsis} label={text('trackers.menu', {host: hostOf(url)})} />
        }
        entries={[{id: 'copy', label: text('trackers.copy'), onSelect: () => void copy(url)}, ...changes]}
      />
    </span>
  )
}
