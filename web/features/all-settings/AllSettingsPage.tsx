import {useQueries, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useRef, useState, type ReactNode} from 'react'
import {usualValues} from '#model/setting-values.ts'
import {settingsQuery} from '../../api/accounts.ts'
import {arrDefinitionQuery, arrKeysQuery, arrsQuery} from '../../api/arrs.ts'
import {
  configurationQuery,
  sectionKeysQuery,
  sectionQuery,
  sourcesOf,
  type SectionKey,
  type SettingKey,
  type Settings,
  type ValueSource,
  type ValueSources,
} from '../../api/sections.ts'
import {preferencesQuery, standardPreferences} from '../../api/preferences.ts'
import {useServerCards} from '../../api/servers.ts'
import {usePermission} from '../../api/session.ts'
import {alsoCalled, text, topicsOf} from '../../i18n/text.ts'
import {matchScore, spacedKey} from '../../lib/match-words.ts'
import {useServers} from '../../live/servers.ts'
import {Card} from '../../ui/Card.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {Input} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {lazyPart} from '../../ui/lazy-part.ts'
import {narrowClass, pageClass} from '../../ui/PageHead.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useNarrow} from '../../ui/use-media.ts'
import {useCommands} from '../commands/commands.ts'
import {usePlaces} from '../commands/places.ts'
import {settingAlso, shortMeaning, useSingleSettings} from '../shell/palette/palette-entries.ts'
import {ConfigurationNote, ProgramSettings} from '../settings/SectionCard.tsx'
import {SettingsList} from '../settings/SettingsFrame.tsx'
import {idOf, SourceBadge, wordFor} from '../settings/SettingField.tsx'
import {typedValue, valueAt, sourcesOfArr} from '../settings/typed-settings.ts'

const WatchOnlySetting = lazyPart(
  ['rules', 'accounts'],
  async () => (await import('../rules/WatchOnly.tsx')).WatchOnlySetting,
)

type From = ValueSource['from'] | 'default'
const froms: readonly From[] = ['pages', 'file', 'variable', 'default']

/** A setting that is changed on its own page. */
interface Row {
  readonly id: string
  readonly name: string
  readonly key: string
  readonly value: string
  /** What else people call it. */
  readonly also: readonly string[]
  /** `null` = it has no value, but a place. */
  readonly from: From | null
  readonly source: ValueSource | undefined
  readonly link: (children: ReactNode, className: string) => ReactNode
}

interface Group {
  readonly title: string
  readonly rows: readonly Row[]
}

/** `/settings`: every setting that the person may see, found by its name, its key or a word, with where its value comes from. */
export function SettingsPage() {
  useTitle(text('nav.settings'))
  const isNarrow = useNarrow()
  const isAdministrator = usePermission('admin')
  const [words, setWords] = useState('')
  const [from, setFrom] = useState<From | null>(null)
  const {data: sections} = useQuery({...sectionKeysQuery, enabled: isAdministrator})
  const program = sections?.program ?? []
  const {data: configuration} = useQuery({...configurationQuery, enabled: isAdministrator})
  const ofProgram = sourcesOf(configuration, 'Settings')
  const looks = sourcesOf(configuration, 'WebUI')
  const groups = [...useArrGroups(), ...useServerGroups(), ...useSingleGroups(looks)]
  const rows = groups.flatMap((group) => group.rows).filter((row) => row.from !== null)
  // That rules only watch is a setting, too.
  const watches = isAdministrator ? 1 : 0
  const all = program.length + rows.length + watches
  const isAsked = words.trim() !== '' || from !== null
  const fits = (name: string, key: string, place: string, its: From | null, also: readonly string[] = []) =>
    (from === null || its === from) &&
    [`${name} ${spacedKey(key)} ${place}`, ...also].some((it) => matchScore(it, words) > 0)
  const placeOf = (group: SettingKey['group']) =>
    `${text('section.program')} ${text(`section.group.${group as SectionKey['group']}`)}`
  const fitsAnywhere = ({path, means, group}: SettingKey, its: From) =>
    fits(means, path, placeOf(group), its, settingAlso(path))
  const isShown = (key: SettingKey) => fitsAnywhere(key, ofProgram.get(key.path)?.from ?? 'default')
  const shownGroups = groups
    .map(({title, rows: those}) => ({
      title,
      rows: those.filter(({name, key, from: its, also}) => fits(name, key, title, its, also)),
      count: those.length,
    }))
    .filter((group) => group.rows.length > 0)
  const isWatchShown =
    isAdministrator && fits(text('all-settings.watch'), '', text('section.program'), 'pages')
  const shown =
    program.filter(isShown).length +
    shownGroups.reduce((sum, group) => sum + group.rows.filter((row) => row.from !== null).length, 0) +
    (isWatchShown ? 1 : 0)
  const countFrom = (its: From) =>
    program.filter(({path}) => (ofProgram.get(path)?.from ?? 'default') === its).length +
    rows.filter((row) => row.from === its).length +
    (its === 'pages' ? watches : 0)
  const find = useRef<HTMLInputElement>(null)
  useCommands([
    {
      id: 'all-settings.find',
      group: 'find',
      label: 'all-settings.find.focus',
      icon: Search,
      keys: ['/'],
      run: () => find.current?.focus(),
    },
  ])
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className={joined(narrowClass, 'grid gap-4')}>
        <h1 className="sr-only">{text('nav.settings')}</h1>
        <search className="grid gap-2.5">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <div className="min-w-0 flex-1 basis-60">
              <Input
                ref={find}
                type="search"
                icon={Search}
                aria-label={text('all-settings.find')}
                placeholder={text('all-settings.find')}
                value={words}
                onChange={({currentTarget}) => setWords(currentTarget.value)}
              />
            </div>
            <output className="text-text-2">
              {isAsked
                ? text('all-settings.found', {shown, count: all})
                : text('all-settings.count', {count: all})}
            </output>
          </div>
          {isAdministrator && (
            <fieldset aria-label={text('all-settings.from')} className="flex min-w-0 flex-wrap gap-1.5">
              <FromChip isOn={from === null} onClick={() => setFrom(null)}>
                {text('all-settings.from.all')} {all}
              </FromChip>
              {froms.map((its) => (
                <FromChip key={its} isOn={from === its} onClick={() => setFrom(from === its ? null : its)}>
                  {text(`setting.source.${its}`)} {countFrom(its)}
                </FromChip>
              ))}
            </fieldset>
          )}
        </search>
        {isNarrow && !isAsked && (
          <nav aria-label={text('nav.settings')}>
            <SettingsList />
          </nav>
        )}
        {isAsked && from === null && <Pages words={words} />}
        {isAdministrator && <ConfigurationNote />}
        {isAdministrator && (
          <div hidden={isAsked && !program.some(isShown)}>
            <Card title={text('section.program')} isPadded={false}>
              <ProgramSettings isShown={isShown} />
            </Card>
          </div>
        )}
        {isWatchShown && (
          <Card>
            <WatchOnlySetting />
          </Card>
        )}
        {shownGroups.map((group) => (
          <GroupCard key={group.title} group={group} words={words} isAsked={isAsked} />
        ))}
        {isAsked && shown === 0 && (
          <p className="text-text-2">
            {from === null
              ? text('all-settings.nothing', {words: words.trim()})
              : text('all-settings.nothing.from', {
                  words: words.trim(),
                  source: text(`setting.source.${from}`),
                })}{' '}
            <button
              type="button"
              className={textLinkClass}
              onClick={() => {
                setWords('')
                setFrom(null)
              }}
            >
              {text('all-settings.nothing.all')}
            </button>
          </p>
        )}
      </div>
    </main>
  )
}

/** Pages of the settings that are called so, or have it on them. */
function Pages({words}: {words: string}) {
  const found = usePlaces('fleet', 'program', 'you').flatMap((place) => {
    const named = [text(place.label), ...alsoCalled(place.label), ...topicsOf(place.label)]
    const by = named.find((it) => matchScore(it, words) > 0)
    return by === undefined || words.trim() === '' ? [] : [{...place, by}]
  })
  if (found.length === 0) return null
  return (
    <Card title={text('all-settings.pages')}>
      <ul className="grid gap-1.5">
        {found.map(({to, label, by}) => (
          <li key={to} className="flex flex-wrap gap-x-2">
            <Link to={to} className={textLinkClass}>
              <Marked words={words}>{text(label)}</Marked>
            </Link>
            {by !== text(label) && (
              <span className="text-text-2">
                <Marked words={words}>{by}</Marked>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Rows of one page, folded until something is looked for. */
function GroupCard({
  group: {title, rows, count},
  words,
  isAsked,
}: {
  group: Group & {readonly count: number}
  words: string
  isAsked: boolean
}) {
  return (
    <Card isPadded={false}>
      <div className="px-3.5 py-1.5">
        <Fold
          title={
            <>
              {title}
              <span className="font-normal text-text-3">
                {isAsked ? rows.length : text('all-settings.count', {count})}
              </span>
            </>
          }
          titleClass="font-bold"
          isForced={isAsked}
        >
          <ul>
            {rows.map((row) => (
              <SettingRow key={row.id} row={row} words={words} />
            ))}
          </ul>
        </Fold>
      </div>
    </Card>
  )
}

function FromChip({isOn, onClick, children}: {isOn: boolean; onClick: () => void; children: ReactNode}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onClick}
      className="h-7 rounded-m px-2.5 text-12 text-text-2 hover:bg-hover focus-visible:shadow-focus aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-strong pointer-coarse:h-11"
    >
      {children}
    </button>
  )
}

function SettingRow({row, words}: {row: Row; words: string}) {
  const {name, key, value, from, source, link} = row
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 first:border-0">
      <div className="min-w-0 flex-1 basis-60">
        {link(<Marked words={words}>{name}</Marked>, joined(textLinkClass, 'break-words'))}
        {key !== '' && (
          <div className="font-mono text-12 break-words text-text-3">
            <Marked words={words}>{key}</Marked>
          </div>
        )}
      </div>
      <span className="min-w-0 max-w-60 truncate text-text-2" title={value}>
        {value}
      </span>
      {from !== null && <SourceBadge source={source} />}
    </li>
  )
}

/** What was looked for, marked where it stands. */
function Marked({words, children}: {words: string; children: string}) {
  const typed = words
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => RegExp.escape(word))
  if (typed.length === 0) return children
  return children.split(new RegExp(`(${typed.join('|')})`, 'i')).map((part, at) =>
    // Every second part is a hit.
    at % 2 === 1 ? (
      // eslint-disable-next-line react/no-array-index-key -- parts of one text
      <mark key={at} className="rounded-xs bg-tint-warn text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  )
}

function keyRow(
  key: SettingKey,
  settings: Settings,
  source: ValueSource | undefined,
): Omit<Row, 'link' | 'id'> {
  const typed = typedValue(valueAt(settings, key.path.split('.')), key)
  const shown =
    typeof typed === 'string'
      ? wordFor(key, typed.split('\n').join(', '))
      : text('setting.row.count', {count: typed?.length ?? 0})
  const usual = key.standard === '–' || key.input === 'rows' ? '' : wordFor(key, key.standard)
  const isSecret = key.input === 'secret'
  return {
    name: shortMeaning(key.means),
    key: key.path,
    value: isSecret
      ? ''
      : source?.from === 'variable'
        ? wordFor(key, source.value ?? '')
        : shown === ''
          ? usual
          : shown,
    also: settingAlso(key.path),
    source,
    from: source?.from ?? 'default',
  }
}

/** Of Arrs that the person manages. */
function useArrGroups(): readonly Group[] {
  const {data: arrs = []} = useQuery(arrsQuery)
  const own = arrs.filter(({access}) => access === 'own')
  const {data: keys = []} = useQuery({...arrKeysQuery, enabled: own.length > 0})
  const definitions = useQueries({queries: own.map(({id}) => arrDefinitionQuery(id))})
  return own.flatMap(({id, name}, place): Group[] => {
    const definition = definitions[place]?.data
    if (definition === undefined) return []
    const {in_force: settings} = definition
    const sources = sourcesOfArr(definition)
    return [
      {
        title: name,
        rows: keys.map((key) => ({
          ...keyRow(key, settings, sources.get(key.path)),
          id: `${id} ${key.path}`,
          link: (children, className) => (
            <Link to="/library/arrs/$id" params={{id}} hash={idOf(key.path)} className={className}>
              {children}
            </Link>
          ),
        })),
      },
    ]
  })
}

/** Of servers that stand in config.toml, for who manages them: one that was added on the pages has no section. */
function useServerGroups(): readonly Group[] {
  const cards = useServerCards()
  const own = (useServers() ?? []).filter(
    ({server_id: id, access}) => access === 'own' && cards.get(id)?.origin === 'file',
  )
  const {data: keys} = useQuery({...sectionKeysQuery, enabled: own.length > 0})
  const sections = useQueries({queries: own.map(({server_id: id}) => sectionQuery(id))})
  const {data: configuration} = useQuery({...configurationQuery, enabled: usePermission('admin')})
  return own.flatMap(({server_id: id, server_name: name}, place): Group[] => {
    const section = sections[place]?.data
    if (section === undefined || keys === undefined) return []
    const ofFile = sourcesOf(configuration, id)
    return [
      {
        title: name,
        rows: keys.server.map((key) => ({
          ...keyRow(key, section.settings, ofFile.get(key.path)),
          id: `${id} ${key.path}`,
          link: (children, className) => (
            <Link to="/settings/servers/$id" params={{id}} hash={idOf(key.path)} className={className}>
              {children}
            </Link>
          ),
        })),
      },
    ]
  })
}

/**
 * Those that have a place of their own on other pages; Commodarr keeps them.
 * @param looks what config.toml says of the pages
 */
function useSingleGroups(looks: ValueSources): readonly Group[] {
  const singles = useSingleSettings()
  const valueOf = useSingleValues(looks)
  const groups = Map.groupBy(singles, ({to}) => to)
  return [...groups].map(([to, those]) => ({
    title: text(to === '/settings/users' ? 'nav.users' : 'nav.account'),
    rows: those.map(({at, label}) => ({
      id: `${to} ${at}`,
      name: capital(text(label).replace(/^[^:]*: /, '')),
      also: alsoCalled(label),
      key: '',
      ...valueOf(at),
      link: (children: ReactNode, className: string) => (
        <Link to={to} hash={at} className={className}>
          {children}
        </Link>
      ),
    })),
  }))
}

type SingleValue = Pick<Row, 'value' | 'from' | 'source'>

/** What single settings are, by their places, and where that comes from. */
function useSingleValues(looks: ValueSources): (at: string) => SingleValue {
  const {data: preferences} = useQuery(preferencesQuery)
  const {data: settings} = useQuery({...settingsQuery, enabled: usePermission('admin')})
  const {theme, density, units, start} = {...standardPreferences, ...preferences}
  const words: Readonly<Record<string, string>> = {
    theme: text(`theme.${theme}`),
    density: text(`account.density.${density}`),
    units: text(`account.units.${units}`),
    start: text(`nav.${start}`),
  }
  // Who chose what the file says, too, is shown the file.
  const ofFile: Readonly<Record<string, ValueSource | undefined>> = {
    theme: theme === 'system' ? undefined : looks.get('Theme'),
    density: looks.get('ViewDensity'),
  }
  const ofAll = (value: unknown): string => {
    if (typeof value === 'boolean') return text(value ? 'setting.yes' : 'setting.no')
    if (typeof value === 'number') return `${value} ${text('people.days')}`
    return Array.isArray(value) ? text('setting.row.count', {count: value.length}) : ''
  }
  return (at) => {
    const look = words[at]
    if (look !== undefined) return {value: look, ...from(Object.hasOwn(preferences ?? {}, at), ofFile[at])}
    const value = (settings as Settings | undefined)?.[at]
    if (value === undefined) return {value: '', from: null, source: undefined}
    return {value: ofAll(value), ...from(!isUsual(at, value))}
  }
}

function from(isSet: boolean, source: ValueSource = {from: 'pages'}): Omit<SingleValue, 'value'> {
  return isSet ? {from: source.from, source} : {from: 'default', source: undefined}
}

/** Whether a setting of Commodarr is as it is where nobody changed it. @param at its name as it travels */
function isUsual(at: string, value: unknown): boolean {
  const name = at.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const usual = Object.entries(usualValues).find(([key]) => key === name)?.[1]
  return JSON.stringify(usual) === JSON.stringify(value)
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
