import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpDown,
  ArrowUpToLine,
  ChevronDown,
  ChevronRight,
  GripVertical,
  Hand,
  Play,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import {useImperativeHandle, useRef, useState, type KeyboardEvent, type ReactNode, type Ref} from 'react'
import {
  ruleDocumentsQuery,
  ruleQuery,
  type ListedRule,
  type RuleDefinition,
  type RuleMode,
} from '../../api/rules.ts'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {lazyDialog} from '../../ui/lazy-part.ts'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {count as countText} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {useSending} from '../../ui/use-sending.ts'
import {pausedWords} from '../explain/action-words.ts'
import {GoLiveDialog, keepsByGone, modesOf, obstacles} from './RuleHead.tsx'
import type {RowOverlap} from './overlap-words.ts'
import {queryFor, usePreview} from './preview.ts'
import {movableIn} from './rule-moves.ts'
import {queryForRules} from './rule-query.ts'
import type {MoveRule, useRowDrag} from './use-rule-moves.ts'
import type {Names} from './blank-change.ts'
import {ownOf, type RuleRow} from './rule-rows.ts'
import {togetherOf, type RuleWeek} from './rule-week.ts'
import {RuleWeekCell} from './RuleWeekCell.tsx'
import {RuleSays} from './RuleSays.tsx'
import {SwapRules} from './SwapRules.tsx'
import {switchRules} from './switch-rules.ts'
import {TryRule} from './TryRule.tsx'
import {plainText} from './sentence-pieces.ts'

const GoLiveRowDialog = lazyDialog([], async () => (await import('./GoLiveRowDialog.tsx')).GoLiveRowDialog)

/** Where a row stands in its group, and how it gets elsewhere. */
export interface RowPlace {
  /** From 0. */
  readonly at: number
  /** Of how many. */
  readonly count: number
  readonly move: MoveRule
  readonly grip: ReturnType<ReturnType<typeof useRowDrag>['gripOf']>
  /** What is dragged over it would stand above or below it; `null` = nothing is. */
  readonly mark: 'above' | 'below' | 'moving' | null
}

/** Rules that are selected, to be run. */
export interface RowPicks {
  readonly has: (rowId: string) => boolean
  readonly pick: (rowId: string, isPicked: boolean) => void
  readonly run: (row: RuleRow) => void
}

/** Hashes that a search has room for. */
const MOST_NAMED = 100
const MOST_OVERLAPS = 3

/** A button among small words: large enough to be pressed. */
const smallButtonClass =
  'relative inline-flex min-h-6 min-w-6 items-center gap-0.5 rounded-s hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0'

/** A rule as a sentence: what it does, where, what it did this week, and whether it acts. */
export function RuleRowLine({
  row,
  place,
  overlaps,
  weeks,
  names,
  picks,
  mayManage,
  isOfArr = false,
  isNews = false,
  children,
}: {
  row: RuleRow
  /** Within its group; `null` = it is off, or stands in a list without an order. */
  place: RowPlace | null
  /** Rules that it decides over. */
  overlaps: readonly RowOverlap[]
  weeks: ReadonlyMap<string, RuleWeek> | undefined
  /** Of servers and Arrs by their ids. */
  names: Names
  /** `null` = rows are not selected here. */
  picks: RowPicks | null
  mayManage: boolean
  /** On the page of its Arr, which it does not name again; Enter opens the first blank of its sentence there. */
  isOfArr?: boolean
  /** Something of it has just changed. */
  isNews?: boolean
  /** Below its sentence. */
  children?: ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  const modeSwitch = useRef<ModeSwitch>(null)
  const [isTried, setTried] = useState(false)
  const {rules, beside, name} = row
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const week = weeks && togetherOf(rules.flatMap((it) => weeks.get(it.rule.id) ?? []))
  const isSeveral = rules.length > 1
  // Its Arr is named already.
  const shown = beside.filter((it) => plainText(it) !== section)
  const navigate = useNavigate()
  const key = (event: KeyboardEvent<HTMLElement>) => {
    const by = {ArrowUp: -1, ArrowDown: 1}[event.key]
    if (event.altKey && by !== undefined && place !== null && mayManage) place.move(row.id, place.at + by)
    else if (event.target !== event.currentTarget) return
    else if (event.key === ' ') modeSwitch.current?.toggle()
    else if (event.key !== 'Enter') return
    else if (isOfArr) event.currentTarget.querySelector<HTMLElement>('[data-blank]')?.click()
    else void navigate({to: '/rules', search: {rule: rule.id}})
    event.preventDefault()
  }
  return (
    // What is in it are controls; the row itself is where J and K lead.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      data-rule-row={row.id}
      tabIndex={-1}
      aria-label={name}
      data-news={isNews || undefined}
      onKeyDown={key}
      className={joined(
        'group relative transition-colors duration-(--t-flash) data-news:bg-accent-soft grid grid-cols-[24px_minmax(0,1fr)_auto_auto] items-start gap-x-2.5 gap-y-0.5 px-3.5 py-2.5 focus-visible:shadow-focus-in max-phone:grid-cols-[minmax(0,1fr)_auto]',
        place?.mark === 'above' && 'shadow-[inset_0_2px_0_var(--accent)]',
        place?.mark === 'below' && 'shadow-[inset_0_-2px_0_var(--accent)]',
        place?.mark === 'moving' && 'opacity-60',
      )}
    >
      <div className="grid justify-items-center gap-1 max-phone:hidden">
        {place && picks && <PlaceMenu row={row} place={place} picks={picks} mayManage={mayManage} />}
        {place && picks && mayManage && <Pick row={row} picks={picks} />}
      </div>
      <div className="min-w-0 max-phone:col-span-full">
        <RuleSays row={row} beside={shown} names={names} mayManage={mayManage}>
          <Link
            to="/rules"
            search={{rule: rule.id}}
            className="relative inline-flex min-h-6 items-center font-medium text-text-2 hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0"
          >
            {name}
          </Link>
          {!isOfArr && <Owner row={row} />}
          {isSeveral && (
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
              className={`${smallButtonClass} text-text-2`}
            >
              · {text('rules.row.several', {count: rules.length})}
              <Icon icon={ChevronRight} size={14} className={isOpen ? 'rotate-90' : ''} />
            </button>
          )}
        </RuleSays>
        {children}
        <RowOverlaps row={row} overlaps={overlaps} mayManage={mayManage} />
        {isTried && <TryRule name={name} rules={rules.map((it) => it.rule)} />}
        {rule.obstacle && rule.mode !== 'off' && (
          <p className="text-12 text-st-stalled">
            <Icon icon={TriangleAlert} size={14} className="mr-1 inline-block align-[-2px]" />
            {text(obstacles[rule.obstacle])}{' '}
            <Link to="/rules" search={{rule: rule.id}} className={textLinkClass}>
              {text('rules.row.review')}
            </Link>
          </p>
        )}
        {keepsByGone(rule) && (
          <p className="text-12 text-st-stalled">
            <Icon icon={TriangleAlert} size={14} className="mr-1 inline-block align-[-2px]" />
            {text('rules.gone', {names: rule.gone.map((it) => names.get(it) ?? it).join(', ')})}{' '}
            <Link to="/rules" search={{rule: rule.id}} className={textLinkClass}>
              {text('rules.row.review')}
            </Link>
          </p>
        )}
        {rule.suspended && (
          <p className="text-12 text-st-stalled">
            <Icon icon={Hand} size={14} className="mr-1 inline-block align-[-2px]" />
            {text('rules.row.paused', {why: pausedWords(rule.suspended)})}{' '}
            <Link to="/rules" search={{rule: rule.id}} className={textLinkClass}>
              {text('rules.row.review')}
            </Link>
          </p>
        )}
      </div>
      <div className="num max-w-44 min-w-20 pt-0.5 text-right text-12 text-text-2 max-phone:max-w-none max-phone:text-left">
        {week && <RuleWeekCell week={week} name={name} rules={rules.map((it) => it.rule)} />}
      </div>
      <div className="flex items-start gap-1 max-phone:items-center max-phone:justify-end">
        <div className="flex items-center phone:hidden">
          {place && picks && mayManage && <Pick row={row} picks={picks} />}
          {place && picks && <PlaceMenu row={row} place={place} picks={picks} mayManage={mayManage} />}
        </div>
        {row.says.length > 0 && (
          <Button
            variant="ghost"
            aria-expanded={isTried}
            aria-label={text('rules.try.label', {name})}
            data-try
            onClick={() => setTried(!isTried)}
            className="h-6! px-2! text-12 max-phone:h-11! pointer-coarse:h-11!"
          >
            {text('rules.try')}
          </Button>
        )}
        <RowModeMenu ref={modeSwitch} name={name} rules={rules.map((it) => it.rule)} mayManage={mayManage} />
      </div>
      {isOpen && <EachRule row={row} mayManage={mayManage} />}
    </li>
  )
}

/** Over which rules it decides, and over which torrents. */
function RowOverlaps({
  row,
  overlaps,
  mayManage,
}: {
  row: RuleRow
  overlaps: readonly RowOverlap[]
  mayManage: boolean
}) {
  const {data: listed = []} = useQuery(ruleDocumentsQuery)
  const ofRow = ({rules}: RuleRow) =>
    queryForRules(
      rules.map(({rule}) => rule),
      listed,
    )
  const isNamed = (all: number, first: RowOverlap['first']) =>
    all <= first.length && first.length <= MOST_NAMED
  const queryForBoth = (other: RuleRow) => `${ofRow(row)} ${ofRow(other)}`
  return (
    <>
      {overlaps.slice(0, MOST_OVERLAPS).map(({other, words, count, first}) => (
        <div
          key={other.id}
          className="num flex min-h-6 flex-wrap items-center gap-x-2 text-12 text-st-stalled"
        >
          <span>
            <Icon icon={TriangleAlert} size={14} className="mr-1 inline-block align-[-2px]" />
            {words}.
          </span>
          <Link
            to="/torrents"
            search={{q: isNamed(count, first) ? queryFor(first) : queryForBoth(other)}}
            className={`${textLinkClass} inline-flex min-h-6 items-center`}
          >
            {isNamed(count, first)
              ? text('rules.overlap.show')
              : text('rules.overlap.all', {count, all: countText(count)})}
          </Link>
          {mayManage && <SwapRules one={row} other={other} count={count} />}
        </div>
      ))}
      {overlaps.length > MOST_OVERLAPS && (
        <p className="text-12 text-text-3">
          {text('rules.overlap.more', {count: overlaps.length - MOST_OVERLAPS})}
        </p>
      )}
    </>
  )
}

/** The rules of a row one by one, with what they have of their own. */
function EachRule({row, mayManage}: {row: RuleRow; mayManage: boolean}) {
  const {rules} = row
  return (
    <ul className="col-span-full mt-1 grid gap-1 border-l border-line pl-3 phone:ml-8">
      {rules.map((it) => (
        <li key={it.rule.id} className="flex flex-wrap items-center gap-x-2 text-12 text-text-3">
          <Link to="/rules" search={{rule: it.rule.id}} className={textLinkClass}>
            {it.section}
          </Link>
          <span className="min-w-0 flex-1 wrap-anywhere">{ownOf(it, row).map(plainText).join(' · ')}</span>
          <RowModeMenu name={it.rule.name} rules={[it.rule]} mayManage={mayManage} />
        </li>
      ))}
    </ul>
  )
}

/** To run it with others: seen where the pointer or the focus is, and while any is selected. */
function Pick({row: {id, name}, picks}: {row: RuleRow; picks: RowPicks}) {
  const isPicked = picks.has(id)
  return (
    <span
      data-pick
      className={joined(
        'flex phone:h-4 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100',
        !isPicked && 'opacity-0',
      )}
    >
      <Checkbox
        checked={isPicked}
        onChange={(checked) => picks.pick(id, checked)}
        label={text('rules.select', {name})}
        hideLabel
      />
    </span>
  )
}

/** Its number, which opens where it can be moved to, and has it run now; and a grip to drag it by. */
function PlaceMenu({
  row,
  place,
  picks,
  mayManage,
}: {
  row: RuleRow
  place: RowPlace
  picks: RowPicks
  mayManage: boolean
}) {
  const {at, count, move, grip} = place
  const isFixed = movableIn(row) === null
  const order = <span className="num text-12 text-text-3">{at + 1}</span>
  if (!mayManage) return <div className="pt-0.5 text-center">{order}</div>
  const fixed = isFixed ? text('rules.place.fixed') : undefined
  const first = fixed ?? (at === 0 ? text('rules.place.is-first') : undefined)
  const last = fixed ?? (at === count - 1 ? text('rules.place.is-last') : undefined)
  const entry = (id: 'up' | 'down' | 'first' | 'last', to: number, icon: LucideIcon) => ({
    id,
    label: text(`rules.place.${id}`),
    icon,
    disabledReason: to < at ? first : last,
    onSelect: () => move(row.id, to),
  })
  return (
    <div className="flex items-center">
      <DropdownMenu
        label={row.name}
        entries={[
          {...entry('up', at - 1, ArrowUp), keys: 'Alt ↑'},
          {...entry('down', at + 1, ArrowDown), keys: 'Alt ↓'},
          entry('first', -1, ArrowUpToLine),
          entry('last', count, ArrowDownToLine),
          {separator: true},
          {id: 'run', label: text('rules.run'), icon: Play, onSelect: () => picks.run(row)},
        ]}
        trigger={
          <button
            type="button"
            aria-label={text('rules.place', {name: row.name, order: at + 1})}
            className="grid h-6 w-6 place-items-center rounded-s hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11 pointer-coarse:w-11"
          >
            <span className="flex items-center gap-1">
              <Icon icon={ArrowUpDown} size={14} className="text-text-3 phone:hidden" />
              {order}
            </span>
          </button>
        }
      />
      {!isFixed && (
        <span
          aria-hidden
          title={text('rules.place.grip')}
          {...grip}
          className="absolute top-2.5 left-0 grid h-6 w-4 cursor-grab touch-none place-items-center text-text-3 opacity-0 group-hover:opacity-100 max-phone:hidden pointer-coarse:opacity-100"
        >
          <Icon icon={GripVertical} size={14} />
        </span>
      )}
    </div>
  )
}

/** Of presets their sections, of rules of others whose they are. */
function Owner({row: {rules}}: {row: RuleRow}) {
  const me = useSession().visitor?.user_id ?? null
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const {owner} = rule
  if (owner !== null && owner.id !== me) {
    return <span>· {text('rules.row.owner', {name: owner.name})}</span>
  }
  if (section === '') return null
  return <span>· {rules.map((it) => it.section).join(', ')}</span>
}

const dots: Readonly<Record<RuleMode, string>> = {
  off: 'border-[1.5px] border-control',
  simulate: 'border-[1.5px] border-st-checking',
  ask: 'bg-accent',
  live: 'bg-st-seeding',
}

/** What a key does with the mode of a row. */
interface ModeSwitch {
  /** Off, and on again as the configuration has it. */
  toggle(): void
}

/** Whether the rules of a row act, and the switch for that. @param rules all in the same mode */
function RowModeMenu({
  ref,
  name,
  rules,
  mayManage,
}: {
  ref?: Ref<ModeSwitch>
  name: string
  rules: readonly ListedRule[]
  mayManage: boolean
}) {
  const [rule] = rules as readonly [ListedRule, ...ListedRule[]]
  const {send, error} = useSending()
  const [isAsked, setAsked] = useState(false)
  const word = text(rule.suspended ? 'rules.row.mode.paused' : `rules.row.mode.${rule.mode}`)
  const shown = (
    <>
      <span
        aria-hidden
        className={joined('size-[7px] rounded-full', rule.suspended ? 'bg-st-stalled' : dots[rule.mode])}
      />
      {word}
    </>
  )
  const look = joined(
    'inline-flex h-6 w-[104px] items-center gap-1.5 rounded-s px-2 text-12 font-medium whitespace-nowrap',
    rule.suspended ? 'text-st-stalled' : 'text-text-2',
  )
  // What asks before it acts, and what somebody wrote, is looked at before it acts by itself.
  const isShownFirst = (mode: RuleMode) =>
    mode === 'live' && rules.some((it) => it.origin === 'user' || it.configured_mode === 'ask')
  const switchTo = (mode: RuleMode) => {
    const now = rule.mode_then ?? rule.mode
    if (mode === now) return
    if (isShownFirst(mode)) return setAsked(true)
    void send(() => switchRules(rules, name, mode))
  }
  useImperativeHandle(ref, () => ({
    toggle: () => {
      if (mayManage) switchTo(rule.mode === 'off' ? (rule.configured_mode ?? 'live') : 'off')
    },
  }))
  if (!mayManage) return <span className={look}>{shown}</span>
  return (
    <span>
      <DropdownMenu
        label={name}
        align="end"
        trigger={
          <button
            type="button"
            aria-label={text('rules.row.mode', {name, mode: word})}
            data-mode
            className={joined(look, 'hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11')}
          >
            {shown}
            <Icon icon={ChevronDown} size={14} className="text-text-3" />
          </button>
        }
        entries={sharedModes(rules).map((mode) => ({
          id: mode,
          label: text(`rules.row.mode.${mode}`),
          checked: mode === (rule.mode_then ?? rule.mode),
          onSelect: () => switchTo(mode),
        }))}
      />
      {error !== '' && (
        <span role="alert" className="block text-12 text-st-error">
          {error}
        </span>
      )}
      {isAsked && rules.length === 1 && <BeforeLive id={rule.id} onClose={() => setAsked(false)} />}
      {isAsked && rules.length > 1 && (
        <GoLiveRowDialog name={name} rules={rules} onClose={() => setAsked(false)} />
      )}
    </span>
  )
}

/** What all of them may be. */
function sharedModes(rules: readonly ListedRule[]): readonly RuleMode[] {
  const [first, ...others] = rules.map(modesOf)
  return first!.filter((mode) => others.every((it) => it.includes(mode)))
}

/** What it would do, as soon as that is known. */
function BeforeLive({id, onClose}: {id: string; onClose: () => void}) {
  const {data: rule} = useQuery(ruleQuery(id))
  return rule ? <Asked rule={rule} onClose={onClose} /> : null
}

function Asked({rule, onClose}: {rule: RuleDefinition; onClose: () => void}) {
  const preview = usePreview(rule.yaml ?? '', rule.id)
  return <GoLiveDialog rule={rule} preview={preview} onClose={onClose} />
}
