import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {
  ChevronRight,
  File,
  Folder,
  ListChecks,
  Play,
  RefreshCw,
  Search,
  Settings,
  Tag,
  type LucideIcon,
} from 'lucide-react'
import {Dialog as Radix} from 'radix-ui'
import {useRef} from 'react'
import {withChoice} from '#search-query/choices.ts'
import type {RecentAction} from '../../../api/actions.ts'
import {arrsQuery, type Arr} from '../../../api/arrs.ts'
import {setPreference, usePreference} from '../../../api/preferences.ts'
import {useAsked} from '../../../api/queries.ts'
import {rulesQuery, type Rule} from '../../../api/rules.ts'
import {foundTorrents, labelCounts, type FoundTorrent, type ValueCount} from '../../../api/torrents.ts'
import {alsoCalled, text, topicsOf} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {verbWords} from '../../actions/action-words.ts'
import {FAR_STEP_MS, farWords, useRunning} from '../../actions/results.ts'
import {cancel, runningActions} from '../../actions/run-action.ts'
import {useOffered, type Command, type CommandGroup} from '../../commands/commands.ts'
import {keysOf, shownKeys} from '../../commands/key-names.ts'
import {closeOverlay, openOverlay} from '../../commands/overlays.ts'
import {
  matching,
  named,
  nearest,
  readPaletteText,
  useFileSettings,
  useSettingCommands,
  whyAsked,
  type Named,
} from './palette-entries.ts'
import {PaletteAsk, useItemsOfArrs} from './PaletteAsk.tsx'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'
import {foundServers, PaletteServerCommands, PaletteServers, useServerCommands} from './PaletteServers.tsx'

/** One field to find or do anything: commands, torrents, places. */
export function Palette({text: typed}: {text: string}) {
  const field = useRef<HTMLInputElement>(null)
  const {kind, words} = readPaletteText(typed)
  const asksWhy = whyAsked(words) !== null
  const shows = (one: typeof kind) => kind === 'all' || kind === one
  return (
    <Radix.Root open onOpenChange={closeOverlay}>
      <Radix.Portal>
        <Radix.Overlay className="kit-scrim fixed inset-0 z-scrim bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            // What was typed ahead goes on where it ends: selected, the next key would take its place.
            field.current?.focus()
            field.current?.setSelectionRange(typed.length, typed.length)
          }}
          // Whatever else loses the focus leaves it to the palette as a whole: there it is the field's.
          onFocus={({target, currentTarget}) => target === currentTarget && field.current?.focus()}
          className="kit-dialog fixed inset-x-0 top-[12vh] z-palette mx-auto w-[min(640px,calc(100vw-24px))] overflow-hidden rounded-xl bg-raised shadow-3 max-phone:top-3"
        >
          <Radix.Title className="sr-only">{text('palette.open')}</Radix.Title>
          <Cmdk shouldFilter={false} label={text('palette.open')} loop>
            <div className="flex h-12.5 items-center gap-2.5 border-b border-line px-4 text-16">
              <Icon icon={Search} className="text-text-3" />
              <Cmdk.Input
                ref={field}
                value={typed}
                onValueChange={(it) => openOverlay({name: 'palette', text: it})}
                placeholder={text('palette.placeholder')}
                className="min-w-0 flex-1 bg-transparent outline-none focus-visible:shadow-none"
              />
            </div>
            <Cmdk.List className="max-h-[min(480px,60vh)] overflow-y-auto px-2 pt-1 pb-2">
              <Cmdk.Empty className="px-2 py-6 text-center text-text-2">
                {text('palette.nothing', {words})}
              </Cmdk.Empty>
              {shows('commands') && <PaletteCommands words={words} />}
              {kind === 'all' && <PaletteAsk words={words} />}
              {kind === 'all' && words.length > 1 && !asksWhy && <PaletteTorrents words={words} />}
              {shows('servers') && <PaletteServers words={words} />}
              {kind !== 'labels' && <PaletteServerCommands words={words} />}
              {shows('servers') && <PaletteArrs words={words} />}
              {kind === 'all' && words.length >= RULE_LETTERS && <PaletteRules words={words} />}
              {kind === 'all' && words.length > 2 && <PaletteSettings words={words} />}
              {kind === 'labels' && <PaletteLabels words={words} />}
              {(kind === 'all' || kind === 'commands') && <PaletteNearest kind={kind} words={words} />}
              {kind === 'all' && words !== '' && !asksWhy && <SearchTorrents words={words} />}
            </Cmdk.List>
          </Cmdk>
          <p className="flex gap-4.5 border-t border-line bg-bg px-4 py-2 text-12 text-text-3 max-phone:hidden">
            <span aria-hidden className="flex items-center gap-1">
              <Kbd keys="↑ ↓" /> {text('palette.hint.move')}
            </span>
            <span aria-hidden className="flex items-center gap-1">
              <Kbd keys="Enter" /> {text('palette.hint.run')}
            </span>
            <span>{text('palette.hint.commands')}</span>
            <span>{text('palette.hint.servers')}</span>
            <span>{text('palette.hint.labels')}</span>
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const ARRS_SHOWN = 12

/** By their names, else by what they are: "radarr", "qbittorrent". */
function foundArrs(arrs: readonly Arr[], words: string): readonly Arr[] {
  const kinds = ({kind}: Arr) => [kind, text('nav.library')]
  return named(
    arrs,
    words,
    ({name}) => name,
    () => [],
    kinds,
  ).map(({one}) => one)
}

const SETTINGS_SHOWN = 6

/** Single keys of config.toml, on the page where they are changed. */
function PaletteSettings({words}: {words: string}) {
  const navigate = useNavigate()
  const found = useFileSettings(words).slice(0, SETTINGS_SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('palette.settings')} className={paletteGroupClass}>
      {found.map(({path, means, of}) => (
        <PaletteItem
          key={`${of?.kind} ${of?.id} ${path}`}
          id={`setting ${of?.kind} ${of?.id} ${path}`}
          onPick={() => {
            closeOverlay()
            const hash = `setting:${path}`
            if (of === null) return void navigate({to: '/settings', hash})
            const to = of.kind === 'arr' ? '/library/arrs/$id' : '/settings/servers/$id'
            void navigate({to, params: {id: of.id}, hash})
          }}
          end={of?.name}
        >
          <Icon icon={Settings} className="shrink-0 text-text-2" />
          <span className="min-w-0 truncate" title={means}>
            {means}
          </span>
          <span className="truncate text-12 text-text-3 max-phone:hidden">{path}</span>
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

/** Goes to an Arr's page. */
function PaletteArrs({words}: {words: string}) {
  const navigate = useNavigate()
  const {data = []} = useQuery(arrsQuery)
  const found = foundArrs(data, words).slice(0, ARRS_SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('nav.library')} className={paletteGroupClass}>
      {found.map(({id, name, kind}) => (
        <PaletteItem
          key={id}
          id={`arr ${id}`}
          onPick={() => {
            closeOverlay()
            void navigate({to: '/library/arrs/$id', params: {id}})
          }}
          end={kind}
        >
          <Icon icon={RefreshCw} />
          {name}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

const RULES_SHOWN = 8
/** A single letter is in nearly all of them. */
const RULE_LETTERS = 2

function foundRules(rules: readonly Rule[], words: string): readonly Rule[] {
  return words.length < RULE_LETTERS ? [] : matching(rules, words, ({name}) => name)
}

/** Opens a rule that is found by its name. */
function PaletteRules({words}: {words: string}) {
  const navigate = useNavigate()
  const {data = []} = useQuery(rulesQuery)
  const {data: arrs = []} = useQuery(arrsQuery)
  const found = foundRules(data, words).slice(0, RULES_SHOWN)
  if (found.length === 0) return null
  // Several Arrs may have one that is called the same.
  const whose = (rule: Rule) => arrs.flatMap(({id, name}) => (rule.arrs.includes(id) ? [name] : []))
  return (
    <Cmdk.Group heading={text('nav.rules')} className={paletteGroupClass}>
      {found.map((rule) => (
        <PaletteItem
          key={rule.id}
          id={`rule ${rule.id}`}
          onPick={() => {
            closeOverlay()
            void navigate({to: '/rules', search: {rule: rule.id}})
          }}
          end={whose(rule).join(', ')}
        >
          <Icon icon={ListChecks} className="shrink-0 text-text-2" />
          <span className="min-w-0 truncate" title={rule.name}>
            {rule.name}
          </span>
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

/** What is under way, and how far: picked it is cancelled. Behind what can be done, so that no key cancels by chance. */
function PaletteRunning({words}: {words: string}) {
  const running = useRunning(runningActions)
  const now = useNow(FAR_STEP_MS)
  const found = matching(running, words, runningName)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('palette.running')} className={paletteGroupClass}>
      {found.map((action) => (
        <PaletteItem
          key={action.action_id}
          id={`running ${action.action_id}`}
          reason={whyNotCancelled(action)}
          onPick={() => {
            closeOverlay()
            void cancel(action.action_id)
          }}
          end={farWords(action, now)}
        >
          <Icon icon={Play} className="text-accent" />
          {runningName(action)}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

function whyNotCancelled({state, cancelled}: RecentAction): string | null {
  if (state !== 'running') return text('palette.running.sent')
  return cancelled ? text('palette.running.ends') : null
}

function runningName({verb}: Pick<RecentAction, 'verb'>): string {
  return text('palette.running.cancel', {verb: verbWords(verb)})
}

/** Last of all, so that nothing that is typed ends nowhere. */
function SearchTorrents({words}: {words: string}) {
  const navigate = useNavigate()
  return (
    <Cmdk.Group heading={text('nav.torrents')} className={paletteGroupClass}>
      <PaletteItem
        id="search torrents"
        onPick={() => {
          closeOverlay()
          void navigate({to: '/torrents', search: {q: words}})
        }}
      >
        <Icon icon={Search} className="shrink-0 text-text-2" />
        <span className="min-w-0 truncate">{text('palette.search', {words})}</span>
      </PaletteItem>
    </Cmdk.Group>
  )
}

const TORRENTS_SHOWN = 8

/** Torrents by words of their names, or by any query. */
function PaletteTorrents({words}: {words: string}) {
  const navigate = useNavigate()
  const {data} = useQuery(foundTorrents(useAsked(words, ['torrents', 'found']), TORRENTS_SHOWN))
  if (!data || data.torrents.length === 0) return null
  const open = ({server_id: serverId, info_hash: hash}: FoundTorrent) => {
    closeOverlay()
    void navigate({to: '/torrents', search: {q: words, at: `${serverId}~${hash}`}})
  }
  return (
    <Cmdk.Group heading={text('palette.torrents', {count: data.total})} className={paletteGroupClass}>
      {data.torrents.map((torrent) => (
        <PaletteItem
          key={`${torrent.server_id}~${torrent.info_hash}`}
          id={`torrent ${torrent.server_id}~${torrent.info_hash}`}
          onPick={() => open(torrent)}
          end={torrent.server_name}
        >
          <Icon icon={File} className="shrink-0 text-text-2" />
          <span className="min-w-0 truncate" title={torrent.name}>
            {torrent.name}
          </span>
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

const LABELS_SHOWN = 10

/** Shows the torrents of a category or tag. */
function PaletteLabels({words}: {words: string}) {
  const {data} = useQuery(labelCounts)
  if (!data) return null
  return (
    <>
      <Labels field="category" icon={Folder} all={data.category} words={words} />
      <Labels field="tag" icon={Tag} all={data.tag} words={words} />
    </>
  )
}

function Labels({
  field,
  icon,
  all,
  words,
}: {
  field: 'category' | 'tag'
  icon: LucideIcon
  all: readonly ValueCount[]
  words: string
}) {
  const navigate = useNavigate()
  const named = all.filter(({value}) => value !== '')
  const found = matching(named, words, ({value}) => value).slice(0, LABELS_SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text(`palette.${field}`)} className={paletteGroupClass}>
      {found.map(({value, count}) => (
        <PaletteItem
          key={value}
          id={`${field} ${value}`}
          onPick={() => {
            closeOverlay()
            void navigate({to: '/torrents', search: {q: withChoice('', field, value, 'include')}})
          }}
          end={count.toLocaleString()}
        >
          <Icon icon={icon} className="text-text-2" />
          {value}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

const REMEMBERED = 5
/** What one comes for first: to do something with what is chosen. */
const order: readonly CommandGroup[] = ['act', 'make', 'find', 'look', 'choose', 'move', 'go']

const NEAREST = 3

/** Where nothing matches: what was probably meant. */
function PaletteNearest({kind, words}: {kind: 'all' | 'commands'; words: string}) {
  const settings = useSettingCommands()
  const commands = [...useOffered().filter(({hidden}) => !hidden), ...settings]
  const servers = useServers() ?? []
  const {data: arrs = []} = useQuery(arrsQuery)
  const isForAll = kind === 'all'
  const {data: rules = []} = useQuery({...rulesQuery, enabled: isForAll && words !== ''})
  const asked = useAsked(words, ['torrents', 'found'])
  const {data: torrents} = useQuery({
    ...foundTorrents(asked, TORRENTS_SHOWN),
    enabled: isForAll && asked.length > 1,
  })
  const items = useItemsOfArrs(words)
  const settingsOfFile = useFileSettings(isForAll ? words : '')
  const running = useRunning(runningActions)
  const ofServers = useServerCommands(words)
  if (words === '') return null
  // Torrents that are still looked for may match.
  const isFound =
    named(commands, words, ...commandNames).length > 0 ||
    matching(running, words, runningName).length + ofServers.length > 0 ||
    (isForAll &&
      (whyAsked(words) !== null ||
        items.length + settingsOfFile.length + foundRules(rules, words).length > 0 ||
        foundServers(servers, words).length + foundArrs(arrs, words).length > 0)) ||
    (isForAll && words.length > 1 && torrents?.total !== 0)
  if (isFound) return null
  return (
    <Group heading={text('palette.nearest')} commands={nearest(commands, words, NEAREST, ...commandNames)} />
  )
}

const commandNames = [
  ({label}: Command) => text(label),
  ({label}: Command) => alsoCalled(label),
  ({label}: Command) => topicsOf(label),
] as const

/** What can be done, what was done last in front as long as nothing is typed. */
function PaletteCommands({words}: {words: string}) {
  const [recent] = usePreference('palette.recent')
  const settings = useSettingCommands()
  // What belongs to another page, and single settings, are there for who asks for them.
  const shown = [...useOffered(), ...(words === '' ? [] : settings)]
    .filter(({hidden, isElsewhere}) => !hidden && (words !== '' || !isElsewhere))
    .toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  const placeOf = ({id}: Command) => (recent.includes(id) ? recent.indexOf(id) : REMEMBERED)
  const ordered = words === '' ? shown.toSorted((a, b) => placeOf(a) - placeOf(b)) : shown
  const found = named(ordered, words, ...commandNames)
  // Whoever looks for it finds it in its place, with the reason.
  const isLast = ({one}: Named<Command>) => words === '' && (one.reason?.() ?? null) !== null
  const first = found.filter((it) => !isLast(it))
  return (
    <>
      <Group heading={text('palette.do')} commands={first.filter(({one}) => one.group !== 'go')} />
      <PaletteRunning words={words} />
      <Group heading={text('palette.go')} commands={first.filter(({one}) => one.group === 'go')} />
      <Group heading={text('palette.not-now')} commands={found.filter(isLast)} />
    </>
  )
}

function Group({heading, commands}: {heading: string; commands: readonly Named<Command>[]}) {
  if (commands.length === 0) return null
  return (
    <Cmdk.Group heading={heading} className={paletteGroupClass}>
      {commands.map(({one, also}) => (
        <Item key={one.id} command={one} also={also} />
      ))}
    </Cmdk.Group>
  )
}

function Item({command, also}: {command: Command; also: string | null}) {
  const [own] = usePreference('hotkeys')
  const [recent] = usePreference('palette.recent')
  const reason = command.reason?.() ?? null
  // What cannot be done is no danger.
  const isDanger = command.danger === true && reason === null
  const select = () => {
    setPreference(
      'palette.recent',
      [command.id, ...recent.filter((it) => it !== command.id)].slice(0, REMEMBERED),
    )
    // First the palette goes and gives the focus back, then what may open a dialog of its own.
    closeOverlay()
    queueMicrotask(command.run)
  }
  return (
    <PaletteItem
      id={`command ${command.id}`}
      onPick={select}
      reason={reason}
      end={keysOf(command, own)
        .slice(0, 1)
        .map((keys) => (
          <Kbd key={keys} keys={shownKeys(keys)} />
        ))}
    >
      <Icon icon={command.icon ?? ChevronRight} className={isDanger ? 'text-st-error' : 'text-text-2'} />
      <span className={joined('shrink-0', isDanger && 'text-st-error')}>{text(command.label)}</span>
      {also !== null && (
        <span className="min-w-0 text-12 text-pretty text-text-3">{text('palette.also', {words: also})}</span>
      )}
    </PaletteItem>
  )
}
