import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Plus, Shield} from 'lucide-react'
import {useEffect, useMemo, useRef, useState, type ReactNode} from 'react'
import {arrDefinitionQuery, arrKeysQuery, type Arr, type ArrKind} from '../../api/arrs.ts'
import type {SettingKey, Settings} from '../../api/sections.ts'
import {ruleDocumentsQuery, vocabularyQuery} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {Awaited, together} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Chip} from '../../ui/Chip.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {LongWait} from '../../ui/LongWait.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton, SkeletonLines} from '../../ui/Skeleton.tsx'
import {useSaving} from '../../ui/use-saving.ts'
import {arrHealth} from '../arrs/arr-health.ts'
import {useValuesOfPage} from '../rules/open-value.ts'
import {RuleRowLine} from '../rules/RuleRow.tsx'
import {groupsOf, type RuleRow} from '../rules/rule-rows.ts'
import {useRuleWeeks} from '../rules/rule-week.ts'
import {put, withArr, blankOf} from '../rules/sentence-pieces.ts'
import {useRuleKeys} from '../rules/use-rule-keys.ts'
import {TriedResult} from '../rules/TryRule.tsx'
import {useSentenceWords} from '../rules/use-sentence-words.ts'
import {sourcesOfArr} from '../settings/typed-settings.ts'
import {
  arrRowsOf,
  arrSentences,
  sentenceOfRow,
  standingSentences,
  type ArrRows,
  type ArrSentenceId,
  type OffSentence,
} from './arr-sentences.ts'
import {changedPaths, startOf} from './setting-changes.ts'
import {useTriedChange} from './setting-effect.ts'
import {changeSettings, SettingSays, type ArrSettings} from './SettingSays.tsx'
import {settingLabel} from './setting-blank.ts'

/** What each looks after. */
const mediaOf: Readonly<Record<ArrKind, string>> = {
  radarr: 'movie',
  sonarr: 'episode',
  lidarr: 'album',
  readarr: 'book',
  whisparr: '',
}

/** What Commodarr does for one Arr, as sentences whose values are changed in place: its rules, and what stands by its settings alone. */
export function ArrRulesCard({arr}: {arr: Arr}) {
  useValuesOfPage()
  const reading = useQuery(ruleDocumentsQuery)
  const vocabulary = useQuery(vocabularyQuery)
  const words = useSentenceWords()
  const weeks = useRuleWeeks()
  const mayManage = usePermission('manage')
  const settings = useArrSettings(arr)
  const {id, name, kind} = arr
  const media = mediaOf[kind]
  const {data: rules} = reading
  const groups = useMemo(() => {
    if (!rules || !words) return null
    const its = rules.filter(({arrs}) => arrs.includes(id))
    const all = groupsOf(its, {...words, arr: {name, media}}).flatMap(({rows, off}) => [...rows, ...off])
    return arrRowsOf(all)
  }, [rules, words, id, name, media])
  const list = useRef<HTMLElement>(null)
  useRuleKeys(list, null)
  const flashing = useFlash(settings?.settings)
  const health = arrHealth(arr)
  const row = (it: RuleRow, besides: readonly string[]) => (
    <RuleRowLine
      key={it.id}
      row={it}
      place={null}
      picks={null}
      overlaps={[]}
      weeks={weeks}
      names={words!.names}
      mayManage={mayManage}
      isOfArr
      isNews={flashing.has(sentenceOfRow(it) ?? '')}
    >
      {settings && besides.length > 0 && <Besides paths={besides} of={settings} />}
    </RuleRowLine>
  )
  return (
    <section
      ref={list}
      aria-label={text('arr-rules.title', {name})}
      className="min-w-0 rounded-l border border-line-strong bg-surface"
    >
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3.5 py-1">
        <h2 className="min-w-0 truncate font-bold">{text('arr-rules.title', {name})}</h2>
        <span className="text-12 text-text-3">
          {health === 'trouble' ? text('arr-rules.waits', {name}) : mayManage && text('arr-rules.hint')}
        </span>
      </header>
      <Awaited reading={together(reading, vocabulary)} what={text('rules.title')} className="m-3">
        <SkeletonLines />
      </Awaited>
      {groups?.map((its) => (
        <Group
          key={its.group}
          media={media}
          of={its}
          settings={settings}
          flashing={flashing}
          renderRow={row}
        />
      ))}
    </section>
  )
}

/** Its keys and values, for whoever manages it; `null` = not read, or not to be seen. */
function useArrSettings(arr: Arr): ArrSettings | null {
  const isOwn = arr.access === 'own' && arr.url !== null
  const {data: keys} = useQuery({...arrKeysQuery, enabled: isOwn})
  const {data: definition} = useQuery({...arrDefinitionQuery(arr.id), enabled: isOwn})
  return useMemo(() => {
    if (!keys || !definition) return null
    const {in_force: settings, file_obstacle: obstacle} = definition
    return {
      arr,
      settings,
      obstacle,
      keys: new Map(keys.map((key): [string, SettingKey] => [key.path, key])),
      sources: sourcesOfArr(definition),
    }
  }, [arr, keys, definition])
}

const FLASH_MS = 1_500
const nothing: ReadonlySet<string> = new Set()

/** Sentences of which a setting has just changed: each that shares it. */
function useFlash(settings: Settings | undefined): ReadonlySet<string> {
  const before = useRef(settings)
  const [flashing, setFlashing] = useState(nothing)
  useEffect(() => {
    const known = before.current
    before.current = settings
    if (known === undefined || settings === undefined) return
    const paths = changedPaths(known, settings)
    if (paths.length === 0) return
    const its = (Object.keys(arrSentences) as ArrSentenceId[]).filter((id) =>
      arrSentences[id].keys.some((key) => paths.includes(key)),
    )
    setFlashing(new Set(its))
    const timer = setTimeout(() => setFlashing(nothing), FLASH_MS)
    return () => clearTimeout(timer)
  }, [settings])
  return flashing
}

const keeps = ['imported', 'tracker', 'shared', 'tag', 'person', 'online', 'limits'] as const

function Group({
  of: {group, rows, labels, off, unset},
  media,
  settings,
  flashing,
  renderRow,
}: {
  of: ArrRows
  media: string
  settings: ArrSettings | null
  /** Sentences of which something has just changed. */
  flashing: ReadonlySet<string>
  renderRow: (row: RuleRow, besides: readonly string[]) => ReactNode
}) {
  const title = text(`arr-rules.group.${group}`)
  const standing = settings === null ? [] : standingSentences.filter((id) => arrSentences[id].group === group)
  const isEmpty = standing.length + rows.length + labels.length + off.length === 0
  const offs = settings === null ? [] : unset
  if (isEmpty && offs.length === 0 && group !== 'keep') return null
  const said = new Set<ArrSentenceId>()
  return (
    <section aria-label={title} className="border-b border-line last:border-0">
      <header className="flex flex-wrap items-baseline gap-x-2 px-3.5 pt-3 pb-1">
        <h3 className="text-12 font-bold text-text-2">{title}</h3>
        <span className="text-12 text-text-3">
          {textIfAny(`arr-rules.group.${group}.says.${media}`) ?? text(`arr-rules.group.${group}.says`)}
        </span>
      </header>
      {group === 'keep' ? (
        <Keeps rows={[...rows, ...off]} />
      ) : (
        <ul className="divide-y divide-line">
          {standing.map((id) => (
            <SettingLine key={id} id={id} of={settings!} isNews={flashing.has(id)} />
          ))}
          {rows.map((row) => {
            const id = sentenceOfRow(row)
            const isFirst = id !== null && !said.has(id)
            if (id !== null) said.add(id)
            return renderRow(row, isFirst ? arrSentences[id].besides : [])
          })}
        </ul>
      )}
      {labels.length > 0 && (
        <Fold
          isForced={false}
          title={text('arr-rules.labels', {count: labels.length})}
          titleClass="px-3.5 text-12 text-text-3"
        >
          <ul className="divide-y divide-line border-t border-line">
            {labels.map((row) => renderRow(row, []))}
          </ul>
        </Fold>
      )}
      {group !== 'keep' && <Off off={off} unset={offs} settings={settings} renderRow={renderRow} />}
    </section>
  )
}

/** What protects, whatever a sentence says; none of it has a switch. @param rows of people, that keep something */
function Keeps({rows}: {rows: readonly RuleRow[]}) {
  return (
    <ul className="flex flex-wrap gap-1.5 px-3.5 pt-1 pb-3">
      {keeps.map((it) => (
        <li key={it} className="max-w-full">
          <Chip className="h-auto! min-h-[22px] py-0.5 whitespace-normal!">
            <Icon icon={Shield} size={14} className="mr-1 inline-block align-[-2px] text-st-seeding" />
            <span className="whitespace-normal">{text(`arr-rules.keep.${it}`)}</span>
          </Chip>
        </li>
      ))}
      {rows.map(({id, name}) => (
        <li key={id} className="max-w-full">
          <Link to="/rules" search={{rule: id}} className="hover:underline focus-visible:shadow-focus">
            <Chip tone="accent">{name}</Chip>
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** What stands by settings alone. */
function SettingLine({id, of, isNews}: {id: ArrSentenceId; of: ArrSettings; isNews: boolean}) {
  return (
    // Where J and K lead; what is in it are controls.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      data-rule-row={id}
      data-news={isNews || undefined}
      tabIndex={-1}
      onKeyDown={openFirstBlank}
      className={rowClass}
    >
      <SettingSays pieces={piecesOf(id, of)} of={of} />
    </li>
  )
}

const rowClass =
  'relative px-3.5 py-2.5 transition-colors duration-(--t-flash) focus-visible:shadow-focus-in data-news:bg-accent-soft phone:pl-12'

function openFirstBlank(event: {
  key: string
  target: EventTarget
  currentTarget: HTMLElement
  preventDefault(): void
}) {
  if (event.key !== 'Enter' || event.target !== event.currentTarget) return
  event.preventDefault()
  event.currentTarget.querySelector<HTMLElement>('[data-blank]')?.click()
}

/** The sentence with its settings in their places. */
function piecesOf(id: ArrSentenceId, {arr, keys}: ArrSettings): readonly (string | SettingKey)[] {
  const its = arrSentences[id].keys.flatMap((path) => keys.get(path) ?? [])
  const marks = Object.fromEntries(
    its.map(({path}) => [
      path.slice(path.lastIndexOf('.') + 1),
      [blankOf([path], path, null, path, null, null)],
    ]),
  )
  return withArr(put(`arr-rules.says.${id}`, marks), arr.name).map((piece) =>
    typeof piece === 'string' ? piece : keys.get(String(piece.place[0]))!,
  )
}

/** Keys that no sentence of a rule says, below it. */
function Besides({paths, of}: {paths: readonly string[]; of: ArrSettings}) {
  const keys = paths.flatMap((path) => of.keys.get(path) ?? [])
  const pieces = keys.flatMap((key, at) => {
    // What says itself what it is needs no name before it.
    const name = textIfAny(`arr-rules.beside.${key.path.slice(key.path.lastIndexOf('.') + 1)}`)
    return [`${at > 0 ? ' · ' : ''}${name === null ? '' : `${name} `}`, key]
  })
  return <SettingSays pieces={pieces} of={of} isQuiet />
}

/** What is off, in one line; one that is opened stands below it, still off. */
function Off({
  off,
  unset,
  settings,
  renderRow,
}: {
  off: readonly RuleRow[]
  unset: readonly OffSentence[]
  settings: ArrSettings | null
  renderRow: (row: RuleRow, besides: readonly string[]) => ReactNode
}) {
  const [open, setOpen] = useState<ReadonlySet<string>>(nothing)
  if (off.length + unset.length === 0) return null
  const all = [
    ...off.map(({id, name}) => ({id, name: name.charAt(0).toUpperCase() + name.slice(1)})),
    ...unset.map((id) => ({id, name: text(`arr-rules.name.${id}`)})),
  ]
  const toggle = (id: string) => {
    setOpen((known) => known.symmetricDifference(new Set([id])))
  }
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-1.5 px-3.5 py-1.5 text-12 text-text-3">
        {text('arr-rules.off')}
        {all.map(({id, name}) => (
          <button
            key={id}
            type="button"
            aria-expanded={open.has(id)}
            onClick={() => toggle(id)}
            className="relative inline-flex min-h-6 items-center gap-1 rounded-s px-1 text-text-2 hover:bg-press focus-visible:shadow-focus pointer-coarse:min-h-11"
          >
            <Icon icon={Plus} size={14} className={joined(open.has(id) && 'rotate-45')} />
            {name}
          </button>
        ))}
      </p>
      <ul className="divide-y divide-line border-t border-line empty:hidden">
        {off.filter(({id}) => open.has(id)).map((row) => renderRow(row, []))}
        {settings !== null &&
          unset.filter((id) => open.has(id)).map((id) => <Draft key={id} id={id} of={settings} />)}
      </ul>
    </>
  )
}

/** What could be turned on, with the values that it would have. */
function Draft({id, of}: {id: OffSentence; of: ArrSettings}) {
  const name = text(`arr-rules.name.${id}`)
  const {change, back, after, lacks} = startOf(id, of)
  const {send, isBusy, error} = useSaving(name)
  const isAdministrator = usePermission('admin')
  const looked = useTriedChange(of.arr.id, isAdministrator ? change : null)
  /** It was said what it would do at once. */
  const [isAsked, setAsked] = useState(false)
  const start = () => {
    if (looked.isGrave && !isAsked) return setAsked(true)
    void send(() => changeSettings(of.arr.id, change!, back, text('arr-rules.started', {name})))
  }
  const reason =
    of.obstacle !== null
      ? text(`setting.obstacle.${of.obstacle}`)
      : lacks !== null
        ? text('arr-rules.start.first', {what: settingLabel(of.keys.get(lacks)!)})
        : undefined
  return (
    // Where J and K lead; what is in it are controls.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      data-rule-row={`off ${id}`}
      tabIndex={-1}
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key === ' ' && event.target === event.currentTarget && change !== null && !reason) {
          event.preventDefault()
          start()
        } else openFirstBlank(event)
      }}
      className={`${rowClass} flex flex-wrap items-start gap-x-3 gap-y-1.5`}
    >
      <div className="min-w-0 flex-1 basis-72">
        <SettingSays pieces={piecesOf(id, of)} of={of} shown={after} />
        {change === null && <p className="text-12 text-text-3">{text('arr-rules.start.by-value')}</p>}
        <TriedDraft name={name} looked={looked} isAsked={isAsked} />
        {error !== '' && (
          <p role="alert" className="text-12 text-st-error">
            {error}
          </p>
        )}
      </div>
      {change !== null && (
        <Button
          variant={isAsked ? 'dangerFill' : 'default'}
          aria-label={text('arr-rules.start-of', {name})}
          disabledReason={reason}
          waitsFor={isBusy ? text('rules.saving') : looked.isWaiting ? text('preview.long') : undefined}
          onClick={start}
        >
          {text(
            isAsked ? 'arr-rules.start.sure' : looked.isGrave ? 'arr-rules.start.asks' : 'arr-rules.start',
          )}
        </Button>
      )}
    </li>
  )
}

/** What a sentence that is off would do now and did not in the last days, as Try shows it of rules. */
function TriedDraft({
  name,
  looked: {tried, error, isWaiting, isDry, isGrave},
  isAsked,
}: {
  name: string
  looked: ReturnType<typeof useTriedChange>
  /** It is to be turned on although something would go at once. */
  isAsked: boolean
}) {
  if (tried === null && error === null && !isWaiting) return null
  return (
    <section
      aria-label={text('rules.try.of', {name})}
      aria-busy={isWaiting || undefined}
      className="mt-1.5 grid gap-1.5 border-l-2 border-accent pl-3"
    >
      {tried !== null ? (
        <>
          <TriedResult tried={tried} />
          {/* What is off has decided nothing. */}
          <p className="text-12 text-pretty text-text-2">{text('rules.try.recorded.none')}</p>
        </>
      ) : error !== null ? (
        <p role="alert" className="text-12 text-st-error">
          {error.message}
        </p>
      ) : (
        <>
          <Skeleton width={180} height={20} />
          <LongWait words={text('preview.long')} />
        </>
      )}
      {isDry && <p className="text-12 text-pretty text-text-2">{text('arr-rules.start.dry')}</p>}
      {isAsked && isGrave && (
        <Note tone="warn" isNews>
          {tried === null
            ? text('rules.blank.more-unknown')
            : text('arr-rules.start.acts', {count: tried.would_act.count})}
        </Note>
      )}
    </section>
  )
}
