import {useQuery} from '@tanstack/react-query'
import {
  Check,
  Clock,
  Film,
  Hand,
  List,
  ListChecks,
  Minus,
  OctagonX,
  Undo2,
  Users,
  type LucideIcon,
} from 'lucide-react'
import {useId, type MouseEvent, type ReactNode} from 'react'
import type {ActivityCounts, Story} from '../../api/activity.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {rulesQuery} from '../../api/rules.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {count as countWords} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {Swatch} from '../../ui/Swatch.tsx'
import {isOnline} from '../servers/health-words.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {
  choiceOf,
  facetNames,
  storyKinds,
  turned,
  writtenChoice,
  type Choice,
  type FacetName,
} from './activity-filters.ts'
import type {ActivitySearch} from './activity-search.ts'
import {storyLooks} from './StoryList.tsx'

export type ChangeSearch = (change: {
  readonly [K in keyof ActivitySearch]?: ActivitySearch[K] | undefined
}) => void

interface SectionsProps {
  readonly search: ActivitySearch
  readonly change: ChangeSearch
  /** `null` = not counted yet. */
  readonly counts: ActivityCounts | null
  /** What waits; `null` = not known yet. */
  readonly waiting: number | null
}

/** What is shown, by what, whom and where; each with how many there are beside the other filters. */
export function FilterSections({search, change, counts, waiting}: SectionsProps) {
  const labels = useFacetLabels()
  const scope = useServerScope()
  return (
    <>
      <ShowSection search={search} change={change} counts={counts} waiting={waiting} />
      {facetNames.map((name) => {
        const all = valuesOf(name, counts, choiceOf(search[name]), labels)
        const values = name === 'server' && scope ? all.filter(({value}) => scope.includes(value)) : all
        if (values.length === 0) return null
        return (
          <Section key={name} title={text(`activity.${name}`)}>
            {values.map(({value, count}) => (
              <FilterRow
                key={value}
                label={labels[name](value)}
                count={count}
                standing={standingOf(choiceOf(search[name]), value)}
                mark={<FacetMark name={name} value={value} />}
                onClick={(isExcluding) =>
                  change({[name]: writtenChoice(turned(choiceOf(search[name]), value, isExcluding))})
                }
              />
            ))}
          </Section>
        )
      })}
    </>
  )
}

const showIcons: Readonly<Record<'all' | NonNullable<ActivitySearch['show']>, LucideIcon>> = {
  all: List,
  undo: Undo2,
  failed: OctagonX,
  held: Hand,
  waiting: Clock,
}

function ShowSection({search, change, counts, waiting}: SectionsProps) {
  const figures = {
    all: search.show === undefined ? counts?.count : undefined,
    undo: counts?.undo,
    failed: counts?.failed,
    held: undefined,
    waiting: waiting ?? undefined,
  }
  // What is held back is asked for by links; without one few want to know.
  const shown = (['all', 'undo', 'failed', 'held', 'waiting'] as const).filter(
    (it) => it !== 'held' || search.show === 'held',
  )
  return (
    <Section title={text('activity.show')}>
      {shown.map((name) => {
        const isOn = (search.show ?? 'all') === name
        return (
          <FilterRow
            key={name}
            mark={<Icon icon={showIcons[name]} size={14} className="text-text-3" />}
            label={text(`activity.show.${name}`)}
            count={figures[name]}
            standing={isOn ? 'included' : 'open'}
            onClick={() => change({show: name === 'all' || isOn ? undefined : name})}
          />
        )
      })}
    </Section>
  )
}

function Section({title, children}: {title: string; children: React.ReactNode}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mt-3 first-of-type:mt-0.5">
      <h3
        id={id}
        className="flex h-[26px] items-center px-2 text-11 font-bold text-text-3 max-phone:h-9 max-phone:text-12"
      >
        {title}
      </h3>
      <ul aria-labelledby={id}>{children}</ul>
    </section>
  )
}

const facetIcons: Readonly<Record<Exclude<FacetName, 'what' | 'server'>, LucideIcon>> = {
  who: Users,
  rule: ListChecks,
  arr: Film,
}

/** What its stories have before them, or its server. */
function FacetMark({name, value}: {name: FacetName; value: string}) {
  const servers = useServers() ?? []
  if (name === 'server') {
    const place = servers.findIndex((it) => it.server_id === value)
    const server = servers[place]
    return server && <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} />
  }
  const icon = name === 'what' ? storyLooks[value as Story['what']]?.icon : facetIcons[name]
  return icon && <Icon icon={icon} size={14} className="text-text-3" />
}

type Standing = 'included' | 'excluded' | 'open'

const pressed = {included: true, excluded: 'mixed', open: false} as const

/** Click includes, Shift click, the minus and its key exclude, the same again clears. */
function FilterRow({
  mark,
  label,
  count,
  standing,
  onClick,
}: {
  /** Before the word, where it is not chosen. */
  mark: ReactNode
  label: string
  /** `undefined` = not counted. */
  count: number | undefined
  standing: Standing
  onClick: (isExcluding: boolean) => void
}) {
  const shown = count === undefined ? '' : countWords(count)
  const said = text(standing === 'excluded' ? 'activity.filter.not' : 'activity.filter', {
    name: label,
    count: shown,
  })
  return (
    <li
      className={joined(
        'group relative flex h-[26px] items-center gap-2 rounded-m px-2 select-none max-phone:h-11 max-phone:text-14 pointer-coarse:h-11',
        standing === 'included' ? 'bg-accent-soft font-medium text-text' : 'text-text-2 hover:bg-press',
      )}
    >
      <button
        type="button"
        aria-pressed={pressed[standing]}
        aria-label={count === undefined ? label : said}
        title={label}
        onClick={({shiftKey}: MouseEvent) => onClick(shiftKey)}
        onKeyDown={(event) => {
          if (event.key !== '-') return
          event.preventDefault()
          onClick(true)
        }}
        className="absolute inset-0 rounded-m focus-visible:shadow-focus-in"
      />
      <span className="grid w-3.5 place-items-center">
        {standing === 'excluded' ? (
          <Icon icon={Minus} size={14} className="text-st-error" />
        ) : standing === 'included' ? (
          <Icon icon={Check} size={14} className="text-accent" />
        ) : (
          mark
        )}
      </span>
      <span
        className={joined(
          'min-w-0 flex-1 truncate',
          standing === 'excluded' && 'line-through decoration-st-error',
        )}
      >
        {label}
      </span>
      <span className={joined('num text-12', standing === 'included' ? 'text-accent-strong' : 'text-text-3')}>
        {shown}
      </span>
    </li>
  )
}

function standingOf({some, none}: Choice, value: string): Standing {
  return some.includes(value) ? 'included' : none.includes(value) ? 'excluded' : 'open'
}

interface FacetValue {
  readonly value: string
  /** `undefined` = not counted yet. */
  readonly count: number | undefined
}

/** Those that there are and those that are chosen, in an order that counts do not change. */
function valuesOf(
  name: FacetName,
  counts: ActivityCounts | null,
  {some, none}: Choice,
  labels: FacetLabels,
): readonly FacetValue[] {
  const counted = new Map<string, number>(counts?.[keys[name]].map(({value, count}) => [value, count]))
  const all = [...new Set([...counted.keys(), ...some, ...none])]
  const place = (value: string) =>
    name === 'what'
      ? (storyKinds as readonly string[]).indexOf(value)
      : name === 'who'
        ? value === 'rule'
          ? 0
          : value.startsWith('user:')
            ? 1
            : 2
        : 0
  return all
    .toSorted(
      (one, other) => place(one) - place(other) || labels[name](one).localeCompare(labels[name](other)),
    )
    .map((value) => ({value, count: counts === null ? undefined : (counted.get(value) ?? 0)}))
}

const keys = {what: 'what', who: 'who', rule: 'rule_id', arr: 'arr_id', server: 'server_id'} as const

type FacetLabels = Readonly<Record<FacetName, (value: string) => string>>

/** How values are called: things by their names now. */
export function useFacetLabels(): FacetLabels {
  const {data: rules} = useQuery(rulesQuery)
  const {data: arrs} = useQuery(arrsQuery)
  const servers = useServers()
  const who = (value: string) =>
    value.startsWith('user:') ? value.slice('user:'.length) : wordsOr(`activity.who.${value}`, value)
  return {
    what: (value) => wordsOr(`activity.what.${value}`, value),
    who,
    rule: (value) =>
      rules?.find(({id}) => id === value)?.name ?? (rules ? text('activity.rule.gone') : value),
    arr: (value) => arrs?.find(({id}) => id === value)?.name ?? (arrs ? text('activity.arr.gone') : value),
    server: (value) =>
      servers?.find((it) => it.server_id === value)?.server_name ??
      (servers ? text('activity.server.gone') : value),
  }
}

function wordsOr(key: string, value: string): string {
  return textIfAny(key) ?? value
}
