import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {Ellipsis, List, LogOut, PencilLine, Plus, Megaphone, Trash2} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import {trackerHistoryQuery} from '../../api/history.ts'
import {usePermission} from '../../api/session.ts'
import {trackerProfilesQuery, type TrackerProfile} from '../../api/tracker-names.ts'
import {seenTrackersQuery, type SeenTracker} from '../../api/trackers.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {bytes, count, ratio, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {saveFile} from '../../lib/save-file.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {FileMark} from '../servers/list/FileMark.tsx'
import {ImportProfilesDialog} from './ImportProfilesDialog.tsx'
import {LeavingDialog} from './LeavingDialog.tsx'
import {ProfileDialog} from './ProfileDialog.tsx'
import type {TypedProfile} from './profile-form.ts'
import {RemoveProfileDialog} from './RemoveProfileDialog.tsx'
import {queryOf, requiresWords, uploadedOf} from './tracker-words.ts'

type Asked =
  | {readonly is: 'edit'; readonly profile: TrackerProfile | null; readonly begun?: Partial<TypedProfile>}
  | {readonly is: 'remove'; readonly profile: TrackerProfile}
  | {readonly is: 'leaving'; readonly tracker: SeenTracker}
  | {readonly is: 'import'}

/** Every tracker of the torrents in sight: what it requires, how they do there, and what there is only there. */
export function TrackersPage() {
  useTitle(text('nav.trackers'))
  const [asked, setAsked] = useState<Asked | null>(null)
  const seen = useQuery(seenTrackersQuery)
  const profiles = useQuery(trackerProfilesQuery)
  const mayMake = useMayMake()
  const all = seen.data ?? []
  const own = (profiles.data ?? []).filter(({origin}) => origin === 'user')
  const others = own.filter(({id}) => !all.some(({profile_id: of}) => of === id))
  const unused = others.filter(({seen_hosts: hosts}) => hosts.length === 0)
  // Trackers are called by the profile that was there first; what others require counts as well.
  const beside = others.filter(({seen_hosts: hosts}) => hosts.length > 0)
  const rows = (profiles.data ?? []).filter(({origin}) => origin === 'file')
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        <PageHead
          title={text('nav.trackers')}
          note={all.length > 0 && text('tracker-page.count', {count: all.length, shown: count(all.length)})}
          actions={
            <>
              <TransferMenu profiles={own} mayMake={mayMake} onImport={() => setAsked({is: 'import'})} />
              {mayMake && (
                <Button variant="primary" icon={Plus} onClick={() => setAsked({is: 'edit', profile: null})}>
                  {text('tracker-page.add')}
                </Button>
              )}
            </>
          }
        />
        <p className="mb-4 max-w-[75ch] text-pretty text-text-2">{text('tracker-page.intro')}</p>
        <Awaited reading={seen} what={text('nav.trackers')} className="mb-3">
          <Card>
            <SkeletonLines />
          </Card>
        </Awaited>
        <div className="grid gap-4">
          {seen.data?.length === 0 && (
            <EmptyState
              icon={Megaphone}
              title={text('tracker-page.none')}
              text={text('tracker-page.none.more')}
            />
          )}
          {all.length > 0 && (
            <SeenCard trackers={all} profiles={profiles.data ?? []} onAsk={setAsked} mayMake={mayMake} />
          )}
          <Awaited reading={profiles} what={text('tracker-page.unused')} />
          {beside.length > 0 && (
            <ProfilesCard
              title={text('tracker-page.beside')}
              note={text('tracker-page.beside.more')}
              profiles={beside}
              onAsk={setAsked}
            />
          )}
          {unused.length > 0 && (
            <ProfilesCard title={text('tracker-page.unused')} profiles={unused} onAsk={setAsked} />
          )}
          {rows.length > 0 && <FileCard rows={rows} />}
        </div>
      </div>
      {asked && <AskedDialog asked={asked} onClose={() => setAsked(null)} />}
    </main>
  )
}

function AskedDialog({asked, onClose}: {asked: Asked; onClose: () => void}) {
  switch (asked.is) {
    case 'edit':
      return <ProfileDialog profile={asked.profile} begun={asked.begun} onClose={onClose} />
    case 'remove':
      return <RemoveProfileDialog profile={asked.profile} onClose={onClose} />
    case 'leaving':
      return <LeavingDialog tracker={asked.tracker} onClose={onClose} />
    case 'import':
      return <ImportProfilesDialog onClose={onClose} />
  }
}

/** They command torrents by their limits. */
function useMayMake(): boolean {
  const [manages, controls] = [usePermission('manage'), usePermission('control')]
  return manages && controls
}

function TransferMenu({
  profiles,
  mayMake,
  onImport,
}: {
  profiles: readonly TrackerProfile[]
  mayMake: boolean
  onImport: () => void
}) {
  const whole = profiles.filter(({may}) => may === 'edit')
  const save = () => {
    const list = JSON.stringify({profiles: whole}, null, 2)
    saveFile(new Blob([list], {type: 'application/json'}), 'tracker-profiles.json')
  }
  const entries: readonly MenuEntry[] = [
    {
      id: 'import',
      label: text('tracker-page.import'),
      ...(!mayMake && {disabledReason: text('tracker-page.not-allowed')}),
      onSelect: onImport,
    },
    {
      id: 'export',
      label: text('tracker-page.export'),
      ...(whole.length === 0 && {disabledReason: text('tracker-page.export.none')}),
      onSelect: save,
    },
  ]
  return (
    <DropdownMenu
      align="end"
      label={text('tracker-page.more')}
      entries={entries}
      trigger={<IconButton label={text('tracker-page.more')} icon={Ellipsis} />}
    />
  )
}

/** The columns that head and rows of the list share. */
const grid =
  'desk:grid desk:grid-cols-[minmax(200px,1.3fr)_120px_100px_120px_130px_minmax(150px,1fr)_40px] desk:items-center desk:gap-x-5 desk:pr-3 desk:pl-4'
const columns = ['name', 'torrents', 'size', 'ratio', 'owing', 'requires'] as const

function SeenCard({
  trackers,
  profiles,
  onAsk,
  mayMake,
}: {
  trackers: readonly SeenTracker[]
  profiles: readonly TrackerProfile[]
  onAsk: (asked: Asked) => void
  mayMake: boolean
}) {
  return (
    <Card isPadded={false} className="overflow-clip">
      <div
        aria-hidden
        className={`${grid} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
      >
        {columns.map((column) => (
          <span key={column}>{text(`tracker-page.column.${column}`)}</span>
        ))}
        <span />
      </div>
      <ul aria-label={text('nav.trackers')}>
        {trackers.map((tracker, at) => (
          <TrackerRow
            key={tracker.key}
            tracker={tracker}
            place={at}
            profiles={profiles}
            onAsk={onAsk}
            mayMake={mayMake}
          />
        ))}
      </ul>
    </Card>
  )
}

function TrackerRow({
  tracker,
  place,
  profiles,
  onAsk,
  mayMake,
}: {
  tracker: SeenTracker
  /** Of it in the list, for its colour. */
  place: number
  profiles: readonly TrackerProfile[]
  onAsk: (asked: Asked) => void
  mayMake: boolean
}) {
  const profile = profiles.find(({id}) => id === tracker.profile_id) ?? null
  const entries = useTrackerMenu(tracker, profile, onAsk, mayMake)
  const {data: history} = useQuery(trackerHistoryQuery(null, 'month'))
  const uploaded = history === undefined ? 0 : uploadedOf(tracker, history)
  const name = nameOf(tracker)
  return (
    <li className="border-b border-line bg-surface py-2.5 last:border-0 hover:bg-hover max-desk:px-3.5">
      <div
        className={`${grid} max-desk:grid max-desk:grid-cols-[minmax(0,1fr)_auto] max-desk:items-start max-desk:gap-x-3 max-desk:gap-y-1`}
      >
        <span className="grid min-w-0 gap-0.5 max-desk:order-1">
          <span className="flex min-w-0 items-center gap-2">
            <Swatch colour={serverColour(tracker.colour, place)} isHollow={profile === null} />
            <Link
              to="/torrents"
              search={{q: queryOf(tracker)}}
              className="truncate rounded-s font-bold hover:underline focus-visible:shadow-focus"
            >
              {name}
            </Link>
          </span>
          <Hosts tracker={tracker} />
          {profile?.owner && profile.may === 'view' && (
            <span className="truncate text-12 text-text-3">
              {text('tracker-page.of', {owner: profile.owner.name})}
            </span>
          )}
        </span>
        <span className="desk:contents max-desk:order-3 max-desk:col-span-full max-desk:flex max-desk:flex-wrap max-desk:gap-x-5 max-desk:gap-y-1">
          <Figure column="torrents">
            {count(tracker.torrents)}
            {tracker.only > 0 && tracker.hosts.length > 0 && (
              <span className="block text-12 max-desk:inline max-desk:pl-2">
                <Link
                  to="/torrents"
                  search={{q: queryOf(tracker, 'only_tracker')}}
                  className="rounded-s text-text-3 hover:underline focus-visible:shadow-focus pointer-coarse:inline-block pointer-coarse:py-2"
                >
                  {text('tracker-page.only', {shown: count(tracker.only)})}
                </Link>
              </span>
            )}
          </Figure>
          <Figure column="size">
            <Quantity value={bytes(tracker.size)} />
          </Figure>
          <Figure column="ratio">
            <Quantity value={ratio(tracker.ratio ?? undefined)} />
            {uploaded > 0 && (
              <span className="block text-12 text-text-3 max-desk:inline max-desk:pl-2">
                {text('tracker-page.uploaded', {size: written(bytes(uploaded))})}
              </span>
            )}
          </Figure>
          <Figure column="owing">{tracker.owing === 0 ? '–' : count(tracker.owing)}</Figure>
        </span>
        <span className="min-w-0 text-text-2 max-desk:order-7 max-desk:col-span-full">
          <span className="text-12 text-text-3 desk:sr-only">{text('tracker-page.column.requires')} </span>
          <Requires tracker={tracker} profile={profile} profiles={profiles} />
          {tracker.failing > 0 && (
            <span className="block text-12 text-st-stalled">
              {text('tracker-page.failing', {count: tracker.failing, shown: count(tracker.failing)})}
            </span>
          )}
        </span>
        <DropdownMenu
          align="end"
          label={name}
          entries={entries}
          trigger={
            <IconButton
              label={text('tracker-page.menu', {name})}
              icon={Ellipsis}
              className="max-desk:order-2"
            />
          }
        />
      </div>
    </li>
  )
}

function Figure({column, children}: {column: (typeof columns)[number]; children: ReactNode}) {
  return (
    <span className="num min-w-0">
      <span className="text-12 text-text-3 desk:sr-only">{text(`tracker-page.column.${column}`)} </span>
      {children}
    </span>
  )
}

const MOST_HOSTS = 2

function Hosts({tracker: {hosts, name}}: {tracker: SeenTracker}) {
  if (hosts.length === 0 || (hosts.length === 1 && hosts[0] === name)) return null
  const more = hosts.length - MOST_HOSTS
  return (
    <span className="truncate text-12 text-text-3" title={hosts.join(', ')}>
      {hosts.slice(0, MOST_HOSTS).join(', ')}
      {more > 0 && ` ${text('tracker-page.hosts', {count: more})}`}
    </span>
  )
}

/** Of its profile, and of rows of the file and other profiles beside it: the strictest of them holds. */
function Requires({
  tracker,
  profile,
  profiles,
}: {
  tracker: SeenTracker
  profile: TrackerProfile | null
  profiles: readonly TrackerProfile[]
}) {
  const isIts = (host: string) => tracker.hosts.includes(host)
  const rows = profiles.filter(({id, origin, obligation, hosts, seen_hosts: seen}) => {
    if (id === profile?.id || obligation === null) return false
    // A row of the file stands for its one host.
    return origin === 'file' ? hosts.slice(0, 1).some(isIts) : seen.some(isIts)
  })
  // Of several people each requirement is said with whose it is.
  const ofPeople = [profile, ...rows].filter((it) => it?.obligation && it.owner !== null).length > 1
  const wordsOf = ({obligation, owner}: TrackerProfile) =>
    ofPeople && owner !== null
      ? text('tracker-requires.of', {words: requiresWords(obligation), owner: owner.name})
      : requiresWords(obligation)
  const words = [...(profile?.obligation ? [wordsOf(profile)] : []), ...rows.map(wordsOf)]
  const [first = requiresWords(null), ...others] = [...new Set(words)]
  return (
    <span className={words.length === 0 ? 'text-text-3' : undefined}>
      {first}
      {others.length > 0 && `; ${others.join('; ')}`}
      {profile?.obligation && rows.some(({origin}) => origin === 'file') && (
        <span className="text-12 text-text-3"> ({text('tracker-requires.also')})</span>
      )}
    </span>
  )
}

function useTrackerMenu(
  tracker: SeenTracker,
  profile: TrackerProfile | null,
  onAsk: (asked: Asked) => void,
  mayMake: boolean,
): readonly MenuEntry[] {
  const navigate = useNavigate()
  const isTracker = tracker.name !== ''
  const notAllowed = mayMake ? {} : {disabledReason: text('tracker-page.not-allowed')}
  return [
    {
      id: 'show',
      label: text('tracker-page.show'),
      icon: List,
      onSelect: () => void navigate({to: '/torrents', search: {q: queryOf(tracker)}}),
    },
    ...(isTracker
      ? [
          {
            id: 'leaving',
            label: text('tracker-page.leaving'),
            icon: LogOut,
            onSelect: () => onAsk({is: 'leaving', tracker}),
          },
        ]
      : []),
    ...(isTracker && profile === null
      ? [
          {
            id: 'create',
            label: text('tracker-page.create'),
            icon: Plus,
            ...notAllowed,
            onSelect: () =>
              onAsk({is: 'edit', profile: null, begun: {name: tracker.name, hosts: tracker.key}}),
          },
        ]
      : []),
    ...(profile === null ? [] : profileEntries(profile, onAsk)),
  ]
}

function profileEntries(profile: TrackerProfile, onAsk: (asked: Asked) => void): readonly MenuEntry[] {
  const off =
    profile.may === 'edit'
      ? {}
      : {disabledReason: text('tracker-page.not-yours', {owner: profile.owner?.name ?? '–'})}
  return [
    {
      id: 'edit',
      label: text('tracker-page.edit'),
      icon: PencilLine,
      ...off,
      onSelect: () => onAsk({is: 'edit', profile}),
    },
    {
      id: 'remove',
      label: text('tracker-page.remove'),
      icon: Trash2,
      danger: true,
      ...off,
      onSelect: () => onAsk({is: 'remove', profile}),
    },
  ]
}

function ProfilesCard({
  title,
  note,
  profiles,
  onAsk,
}: {
  title: string
  note?: string
  profiles: readonly TrackerProfile[]
  onAsk: (asked: Asked) => void
}) {
  return (
    <Card title={title} isPadded={false}>
      {note !== undefined && <p className="px-3.5 pt-2.5 text-12 text-pretty text-text-3">{note}</p>}
      <ul className="divide-y divide-line">
        {profiles.map((profile) => (
          <li key={profile.id} className="flex min-h-11 items-center gap-3 px-3.5 py-1.5">
            <Swatch colour={serverColour(profile.colour)} />
            <span className="min-w-0 flex-1">
              <b className="wrap-anywhere">{profile.name}</b>{' '}
              <span className="text-text-2">{requiresWords(profile.obligation)}</span>
              <span className="block truncate text-12 text-text-3">{profile.hosts.join(', ')}</span>
            </span>
            <DropdownMenu
              align="end"
              label={profile.name}
              entries={profileEntries(profile, onAsk)}
              trigger={<IconButton label={text('tracker-page.menu', {name: profile.name})} icon={Ellipsis} />}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function FileCard({rows}: {rows: readonly TrackerProfile[]}) {
  return (
    <Card title={text('tracker-page.file')} isPadded={false}>
      <p className="px-3.5 pt-2.5 text-12 text-pretty text-text-3">{text('tracker-page.file.more')}</p>
      <ul className="divide-y divide-line">
        {rows.map(({id, name, obligation, source}) => (
          <li
            key={id}
            className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 px-3.5 py-2"
          >
            <span className="min-w-0">
              <b className="wrap-anywhere">{name}</b>{' '}
              <span className="text-text-2">{requiresWords(obligation)}</span>
            </span>
            <span className="flex min-w-0 items-center gap-2 text-12 text-text-3">
              {source !== null && (
                <span className="min-w-0 wrap-anywhere">
                  <code>{source.path}</code>
                  {source.line !== null && ` · ${text('tracker-page.line', {line: source.line})}`}
                </span>
              )}
              <FileMark />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function nameOf({name}: SeenTracker): string {
  return name === '' ? text('tracker-page.no-tracker') : name
}
