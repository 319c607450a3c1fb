import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {
  ArrowDownToLine,
  ArrowRightToLine,
  ChevronRight,
  CircleX,
  Hand,
  Pencil,
  Plus,
  Repeat,
  Server,
  Settings,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import {useId, useRef, useState, type ReactNode, type RefObject} from 'react'
import {
  storyQuery,
  type ActivityWish,
  type Story,
  type StoryItem,
  type StoryStep,
} from '../../api/activity.ts'
import type {TimelineAction, Milestone} from '../../api/explanation.ts'
import {exactTime, fullTime, timeOfDay, withExactTimes} from '../../i18n/format-time.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {useServer, useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {
  actionWords,
  guardWords,
  milestoneIcons,
  milestoneWords,
  outcomeLooks,
  renamedFiles,
  whatWords,
} from '../explain/action-words.ts'
import {ConditionTree} from '../explain/ConditionTree.tsx'
import {useCommands, type Command} from '../commands/commands.ts'
import {isOnline} from '../servers/health-words.ts'
import type {Pictures} from './HistoryPictures.tsx'
import {
  byDay,
  hasFailed,
  isUndone,
  retryStory,
  staysBlocked,
  storyWords,
  undoItem,
  undoStory,
  type StoryNames,
} from './stories.ts'

interface ListProps {
  readonly stories: readonly Story[]
  /** With which they were found. */
  readonly wish: ActivityWish
  readonly names: StoryNames
  readonly now: number
  /** At the end of the head of the first day. */
  readonly mark?: ReactNode
  /** Beside the words; absent = none. */
  readonly pictures?: Pictures
  /** What happened without an action of Commodarr. */
  readonly milestones?: readonly Milestone[]
  /** Called when somebody took something back, so that it is read again. */
  readonly onUndone: () => void
}

const noMilestones: readonly Milestone[] = []

/** Stories under their days; where the page is about them, with keys. */
export function StoriesWithKeys(props: ListProps) {
  const list = useRef<HTMLDivElement>(null)
  useStoryKeys(list)
  return (
    <div ref={list}>
      <StoryDays {...props} />
    </div>
  )
}

/** Stories under their days, and between them what nobody did here. */
export function StoryDays({stories, milestones = noMilestones, mark, ...rest}: ListProps) {
  const all: readonly (Story | Milestone)[] =
    milestones.length === 0
      ? stories
      : [...stories, ...milestones].toSorted((one, other) => other.at - one.at)
  return (
    <>
      {byDay(all, rest.now).map(({title, date, its}, place) => (
        <section key={title} aria-label={title}>
          <h2 className="flex min-h-8 items-center gap-2 border-b border-line bg-surface px-4 text-12 font-bold text-text-2 max-phone:px-3.5">
            {title}
            {date !== '' && <span className="font-normal text-text-3">{date}</span>}
            {place === 0 && mark}
          </h2>
          <ol>
            {its.map((one) =>
              'arr_id' in one && !('verb' in one) ? (
                <MilestoneRow
                  key={`${one.what} ${one.arr_id}`}
                  milestone={one}
                  names={rest.names}
                  pictures={rest.pictures}
                />
              ) : (
                <StoryRow key={one.id} story={one} {...rest} />
              ),
            )}
          </ol>
        </section>
      ))}
    </>
  )
}

/** Its server or its Arr tells it. */
function MilestoneRow({
  milestone,
  names,
  pictures,
}: {
  milestone: Milestone
  names: StoryNames
  pictures: Pictures | undefined
}) {
  const {at, what, arr_id: id} = milestone
  const words = milestoneWords(what, id === null ? null : names.arr(id))
  return (
    <li className="grid min-h-9 grid-cols-[44px_16px_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line px-4 py-1 max-phone:px-3.5">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-text-3">
        {timeOfDay(at)}
      </time>
      {pictures?.lead(milestone) ?? <Icon icon={milestoneIcons[what]} className="text-text-3" />}
      <span className="min-w-0 wrap-anywhere">{words}</span>
      {pictures?.aside(milestone)}
    </li>
  )
}

/** How each kind of story looks. */
export const storyLooks: Readonly<
  Record<Story['what'], {readonly icon: LucideIcon; readonly colour: string}>
> = {
  imported: {icon: ArrowDownToLine, colour: 'text-st-seeding'},
  replaced: {icon: Repeat, colour: 'text-text-2'},
  removed: {icon: Trash2, colour: 'text-text-2'},
  added: {icon: Plus, colour: 'text-text-2'},
  changed: {icon: Pencil, colour: 'text-text-2'},
  moved: {icon: ArrowRightToLine, colour: 'text-text-2'},
  restored: {icon: Undo2, colour: 'text-text-2'},
  paused: {icon: Hand, colour: 'text-st-stalled'},
  servers: {icon: Server, colour: 'text-text-2'},
  settings: {icon: Settings, colour: 'text-text-2'},
}

const rowGrid =
  'grid grid-cols-[44px_16px_minmax(0,1fr)_auto_auto_auto_16px] items-center gap-x-3 border-b border-line px-4 py-1 ' +
  'max-phone:grid-cols-[16px_minmax(0,1fr)_auto] max-phone:gap-x-2.5 max-phone:px-3.5 max-phone:py-2.5'

/** One story: what, why, who, where; opened it shows its items or its steps. */
function StoryRow({
  story,
  wish,
  names,
  now,
  pictures,
  onUndone,
}: Omit<ListProps, 'stories' | 'mark'> & {story: Story}) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const {strong, rest} = storyWords(story, names, now)
  const {icon, colour} = hasFailed(story) ? {icon: CircleX, colour: 'text-st-error'} : storyLooks[story.what]
  return (
    <li
      data-story={story.id}
      data-open={isOpen || undefined}
      data-torrent={
        story.torrent?.there ? `${story.torrent.server_id}~${story.torrent.info_hash}` : undefined
      }
    >
      <div className={joined(rowGrid, isOpen ? 'bg-bg' : 'hover:bg-hover')}>
        <time
          dateTime={new Date(story.at).toISOString()}
          title={fullTime(story.at)}
          className="num text-text-3 max-phone:order-2 max-phone:self-start max-phone:text-right"
        >
          {timeOfDay(story.at)}
        </time>
        {pictures?.lead(story) ?? (
          <Icon icon={icon} className={joined(colour, 'max-phone:mt-0.5 max-phone:self-start')} />
        )}
        <button
          type="button"
          data-toggle
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="min-h-7 min-w-0 rounded-s text-left focus-visible:shadow-focus max-phone:order-1 max-phone:whitespace-normal pointer-coarse:min-h-11"
        >
          <span className="line-clamp-1 wrap-anywhere max-phone:line-clamp-3">
            <b className="font-medium">{strong}</b>
            {rest !== '' && <span className="ml-2 text-text-2">{rest}</span>}
          </span>
        </button>
        <span className="max-w-40 truncate text-12 text-text-3 max-desk:hidden">
          {pictures?.aside(story) ?? whoWords(story)}
        </span>
        <Where story={story} />
        <span className="flex min-w-16 justify-end max-phone:order-4 max-phone:col-start-3 max-phone:min-w-0">
          <RetryStory story={story} what={strong} onRetried={onUndone} />
          <UndoStory story={story} wish={wish} what={strong} onUndone={onUndone} />
        </span>
        <Icon
          icon={ChevronRight}
          size={14}
          className={joined('text-text-3 max-phone:hidden', isOpen && 'rotate-90')}
        />
      </div>
      {isOpen && (
        <div
          id={id}
          className="border-b border-line bg-bg pt-1.5 pr-4 pb-3 pl-[88px] max-phone:px-3.5 max-phone:pt-1"
        >
          <StoryDetails story={story} wish={wish} now={now} onUndone={onUndone} />
        </div>
      )}
    </li>
  )
}

function whoWords({origin, actor}: Pick<Story, 'origin' | 'actor'>): string {
  return origin === 'system' ? text('activity.who.system') : actor
}

/** Its server, or on how many. */
function Where({story: {servers}}: {story: Pick<Story, 'servers'>}) {
  const [first] = servers
  const box =
    'flex min-w-24 items-center gap-2 text-12 text-text-2 max-phone:order-3 max-phone:col-start-2 max-phone:min-w-0 desk:w-33'
  if (first === undefined) return <span className={joined(box, 'max-phone:hidden')} />
  if (servers.length > 1)
    return <span className={box}>{text('activity.servers', {count: servers.length})}</span>
  return (
    <span className={box}>
      <ServerName id={first.server_id} />
    </span>
  )
}

/** With its square; one that is gone says so. */
export function ServerName({id}: {id: string}) {
  const servers = useServers()
  const place = servers?.findIndex((it) => it.server_id === id) ?? -1
  const server = servers?.[place]
  if (!server) return servers && <span className="text-text-3">{text('activity.server.gone')}</span>
  return (
    <>
      <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} />
      <span className="max-w-28 truncate">{server.server_name}</span>
    </>
  )
}

/** Does again what did not work, as far as it is his own and can be tried again. */
function RetryStory({
  story: {retry: again},
  what,
  onRetried,
}: {
  story: Story
  /** The story in words. */
  what: string
  onRetried: () => void
}) {
  const [isBusy, setBusy] = useState(false)
  if (again === null) return null
  const run = async () => {
    setBusy(true)
    await retryStory(again.action_id)
    setBusy(false)
    onRetried()
  }
  return (
    <Button
      variant="ghost"
      aria-label={text('activity.retry-of', {what})}
      title={text('activity.retry-count', {count: again.count})}
      waitsFor={isBusy ? text('activity.retrying') : undefined}
      onClick={() => void run()}
    >
      {text('activity.retry')}
    </Button>
  )
}

/** Takes back all of it that can be taken back. */
function UndoStory({
  story,
  wish,
  what,
  onUndone,
}: {
  story: Story
  wish: ActivityWish
  /** The story in words. */
  what: string
  onUndone: () => void
}) {
  const [isBusy, setBusy] = useState(false)
  const {count, action_id: action} = story.undo
  if (isUndone(story)) return <span className="text-12 text-text-3">{text('activity.undone')}</span>
  if (count === 0 && action === null) return null
  const isPart = action === null && count < story.count
  const run = async () => {
    setBusy(true)
    await undoStory(story, wish)
    setBusy(false)
    onUndone()
  }
  return (
    <Button
      variant="ghost"
      data-undo
      aria-label={text('activity.undo-of', {what})}
      title={isPart ? text('activity.undo-part', {count, all: story.count}) : undefined}
      waitsFor={isBusy ? text('activity.undoing') : undefined}
      onClick={() => void run()}
    >
      {text('activity.undo')}
    </Button>
  )
}

/* ── opened ── */

const FEW = 50

function StoryDetails({
  story,
  wish,
  now,
  onUndone,
}: {
  story: Story
  wish: ActivityWish
  now: number
  onUndone: () => void
}) {
  const reading = useQuery(storyQuery(wish, story))
  const {data} = reading
  const [isWhole, setWhole] = useState(false)
  if (!data) {
    return (
      <Awaited reading={reading} what={text('activity.title')}>
        <SkeletonLines />
      </Awaited>
    )
  }
  const {items, steps} = data
  const [only] = items
  if (items.length === 1 && only)
    return (
      <div className="grid gap-2">
        <Steps steps={steps} item={only} now={now} />
        <StaysBlocked story={story} items={items} />
        <Message item={only} now={now} />
        <RenamedFiles item={only} />
        <Decided item={only} now={now} />
        <Ways story={story} item={only} />
      </div>
    )
  const shown = isWhole ? items : items.slice(0, FEW)
  return (
    <div className="grid gap-2">
      <ul className="grid gap-1">
        {shown.map((item) => (
          <ItemRow key={item.id} item={item} now={now} onUndone={onUndone} />
        ))}
      </ul>
      {items.length > shown.length && (
        <TextButton className="justify-self-start" onClick={() => setWhole(true)}>
          {text('activity.items-more', {count: items.length})}
        </TextButton>
      )}
      {isWhole && data.story.count > items.length && (
        <p className="text-12 text-text-3">{text('activity.items-most', {count: items.length})}</p>
      )}
      {!data.story.complete && <p className="text-12 text-text-3">{text('activity.open-end')}</p>}
      <StaysBlocked story={story} items={items} />
      <Ways story={story} item={null} />
    </div>
  )
}

/** What an undo does not bring back. */
function StaysBlocked({story: {what}, items}: {story: Story; items: readonly StoryItem[]}) {
  if (what !== 'replaced' || !staysBlocked(items)) return null
  return <p className="text-12 text-text-2">{text('activity.undo.replaced')}</p>
}

/** What came one after the other, the first first. */
function Steps({steps, item, now}: {steps: readonly StoryStep[]; item: StoryItem; now: number}) {
  if (steps.length === 0) return null
  return (
    <ol className="grid gap-1">
      {steps.map((step) => (
        <li key={`${step.id} ${step.at} ${step.outcome}`} className="flex items-baseline gap-3">
          <time
            dateTime={new Date(step.at).toISOString()}
            title={fullTime(step.at)}
            className="num text-12 text-text-3"
          >
            {timeOfDay(step.at)}
          </time>
          <span className="min-w-0 wrap-anywhere">
            {actionWords(step.verb)}
            {step.name !== null && step.name !== item.name && ` ${step.name}`}{' '}
            <span className={outcomeLooks[step.outcome].colour}>{text(`ended.${step.outcome}`)}</span>
            {step.message !== null && step.message !== item.message && (
              <span className="text-text-2"> · {withExactTimes(step.message, now)}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** What was said of it, and how often. */
function Message({item: {message, entry, why_not: whyNot}, now}: {item: StoryItem; now: number}) {
  const repeated = entry?.repeated ?? null
  const said = [
    ...(message === null ? [] : [withExactTimes(messageOf(entry, message), now)]),
    ...(repeated !== null && repeated.times > 1
      ? [text('activity.repeated', {count: repeated.times, when: exactTime(repeated.last_at, now)})]
      : []),
    ...(whyNot === null ? [] : [text('activity.no-undo', {why: whyNot})]),
  ]
  if (said.length === 0) return null
  return <p className="text-pretty wrap-anywhere text-text-2">{said.join(' · ')}</p>
}

/** What a guard asks for says little without what it guards. */
function messageOf(entry: TimelineAction | null, message: string): string {
  const by = entry?.decided?.guards.find(({lift}) => lift === message)
  return by ? text('guard.lift', {guard: guardWords(by.guard), lift: message}) : message
}

/** Of an order that renamed many files each. */
function RenamedFiles({item: {entry}}: {item: StoryItem}) {
  const [isWhole, setWhole] = useState(false)
  const files = entry?.verb === 'renameFiles' ? renamedFiles(entry.args) : []
  if (files.length < 2) return null
  const shown = isWhole ? files : files.slice(0, FEW)
  return (
    <>
      <ul aria-label={text('activity.renamed')} className="grid gap-0.5 font-mono text-12 wrap-anywhere">
        {shown.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {files.length > shown.length && (
        <TextButton className="justify-self-start" onClick={() => setWhole(true)}>
          {text('activity.items-more', {count: files.length})}
        </TextButton>
      )}
    </>
  )
}

/** One of several: which, what became of it, and its own way back. */
function ItemRow({item, now, onUndone}: {item: StoryItem; now: number; onUndone: () => void}) {
  const {at, outcome, message, entry} = item
  return (
    <li className="grid gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-12 text-text-3">
          {timeOfDay(at)}
        </time>
        <span className="min-w-0 flex-1 basis-60 wrap-anywhere">
          <ItemName item={item} />
          {entry !== null && <span className="text-text-2"> {ownWords(entry)}</span>}
          {outcome !== 'done' && (
            <span className={outcomeLooks[outcome].colour}> {text(`ended.${outcome}`)}</span>
          )}
          {message !== null && (
            <span className="text-12 text-text-2"> {withExactTimes(messageOf(entry, message), now)}</span>
          )}
        </span>
        <UndoItem item={item} onUndone={onUndone} />
      </div>
      <Decided item={item} now={now} />
    </li>
  )
}

/** What is its own among the items of a story; '' = they have it in common. */
function ownWords(entry: TimelineAction): string {
  return entry.verb === 'renameFile' || entry.verb === 'renameFolder' ? whatWords(entry) : ''
}

/** The torrent with the way to it, and its server. Of one that is gone its history is all there is. */
function ItemName({item}: {item: StoryItem}) {
  const {name, server_id: serverId, info_hash: hash, there: isThere} = item
  const server = useServer(serverId ?? '')
  const shown = name ?? hash ?? '?'
  const linkClass = `${textLinkClass} whitespace-normal! wrap-anywhere`
  return (
    <>
      {hash !== null && serverId !== null && server ? (
        <Link
          {...(isThere
            ? {to: '/torrents', search: {at: `${serverId}~${hash}`, tab: 'history'}}
            : {to: '/activity', search: {torrent: hash, hidden: true}, title: text('activity.its-history')})}
          className={linkClass}
        >
          {shown}
        </Link>
      ) : (
        shown
      )}
      {server && server.server_name !== name && (
        <span className="text-text-2"> {text('activity.on', {server: server.server_name})}</span>
      )}
    </>
  )
}

function UndoItem({item, onUndone}: {item: StoryItem; onUndone: () => void}) {
  const [isBusy, setBusy] = useState(false)
  const {undo, why_not: whyNot, name, outcome} = item
  if (outcome === 'undone') return <span className="text-12 text-text-3">{text('activity.undone')}</span>
  if (undo === null && whyNot === null) return null
  const run = async () => {
    setBusy(true)
    await undoItem(item)
    setBusy(false)
    onUndone()
  }
  return (
    <Button
      variant="ghost"
      aria-label={text('activity.undo-of', {what: name ?? ''})}
      disabledReason={whyNot ?? undefined}
      waitsFor={isBusy ? text('activity.undoing') : undefined}
      onClick={() => void run()}
    >
      {text('activity.undo')}
    </Button>
  )
}

/** Opened: the facts that it stood on, and what the guards said. */
function Decided({item: {entry}, now}: {item: StoryItem; now: number}) {
  const decided = entry?.decided ?? null
  if (decided === null) return null
  const against = decided.guards.filter(({lift}) => lift !== '')
  const passed = decided.guards.filter(({lift}) => lift === '').map(({guard}) => guardWords(guard))
  return (
    <details className="text-12 text-text-2">
      <summary className="w-fit cursor-pointer rounded-s py-1 text-text-3 focus-visible:shadow-focus">
        {text('activity.why')}
      </summary>
      <div className="grid gap-1.5 pt-1">
        <ConditionTree trace={decided.evidence} hold={decided.hold} now={now} />
        {against.map(({guard, lift}) => (
          <p key={guard} className="text-st-stalled">
            {text('guard.lift', {guard: guardWords(guard), lift})}
          </p>
        ))}
        {passed.length > 0 && <p>{text('guard.passed', {guards: passed.join(', ')})}</p>}
      </div>
    </details>
  )
}

/** Where to go on from it. @param item `null` = it has several */
function Ways({story: {rule_id: rule}, item}: {story: Story; item: StoryItem | null}) {
  const {server_id: serverId = null, info_hash: hash = null, there: isThere = false} = item ?? {}
  const isTorrent = serverId !== null && hash !== null
  if (!isTorrent && rule === null) return null
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 pt-1">
      {isTorrent && isThere && (
        <>
          <Link to="/torrents" search={{at: `${serverId}~${hash}`, tab: 'why'}} className={textLinkClass}>
            {text('activity.why-torrent')}
          </Link>
          <Link to="/torrents" search={{at: `${serverId}~${hash}`, tab: 'history'}} className={textLinkClass}>
            {text('activity.show-torrent')}
          </Link>
        </>
      )}
      {isTorrent && !isThere && (
        <Link to="/activity" search={{torrent: hash, hidden: true}} className={textLinkClass}>
          {text('activity.its-history')}
        </Link>
      )}
      {rule !== null && (
        <Link to="/rules" search={{rule}} className={textLinkClass}>
          {text('activity.open-rule')}
        </Link>
      )}
    </p>
  )
}

/* ── keys ── */

/** J and K move from story to story, the arrows open and fold one, U takes it back, W and O lead to its torrent. */
function useStoryKeys(list: RefObject<HTMLElement | null>): void {
  const navigate = useNavigate()
  const all = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-story]') ?? [])]
  const current = () => all().find((it) => it.contains(document.activeElement))
  const toggleOf = (story: Element | undefined) => story?.querySelector<HTMLElement>('[data-toggle]')
  const move = (by: 1 | -1) => {
    const its = all()
    const at = its.findIndex((it) => it.contains(document.activeElement))
    const next = toggleOf(its[at === -1 ? 0 : Math.min(its.length - 1, Math.max(0, at + by))])
    next?.focus()
    next?.scrollIntoView({block: 'nearest'})
  }
  const open = (isWanted: boolean) => {
    const story = current()
    if (story && Object.hasOwn(story.dataset, 'open') !== isWanted) toggleOf(story)?.click()
  }
  const follow = (tab: 'why' | 'history') => {
    const at = current()?.dataset.torrent
    if (at !== undefined) void navigate({to: '/torrents', search: {at, tab}})
  }
  const command = (
    id: string,
    group: Command['group'],
    label: TextKey,
    keys: readonly string[],
    run: () => void,
  ): Command => ({id: `activity.${id}`, group, label, keys, hidden: true, run})
  useCommands([
    command('next', 'move', 'activity.next-one', ['j'], () => move(1)),
    command('previous', 'move', 'activity.previous', ['k'], () => move(-1)),
    command('open', 'move', 'activity.open', ['ArrowRight'], () => open(true)),
    command('fold', 'move', 'activity.fold', ['ArrowLeft'], () => open(false)),
    command('undo', 'act', 'activity.undo-it', ['u'], () =>
      current()?.querySelector<HTMLElement>('[data-undo]')?.click(),
    ),
    command('why', 'act', 'activity.why-it', ['w'], () => follow('why')),
    command('torrent', 'act', 'activity.torrent-of', ['o'], () => follow('history')),
  ])
}
