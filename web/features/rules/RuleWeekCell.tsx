import {Link} from '@tanstack/react-router'
import type {ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {bytes, written} from '../../ui/format.ts'
import {firstLookWords} from './first-look.ts'
import {matchedWords} from './rule-verdict.ts'
import {doneWords, firstDay, type RuleWeek} from './rule-week.ts'

const linkClass =
  'relative inline-block min-h-6 rounded-s hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0'

/** What the rules of a row did this week, each number the way to it; "–" = nothing to count. */
export function RuleWeekCell({
  week,
  name,
  rules: its,
}: {
  week: RuleWeek
  name: string
  rules: readonly ListedRule[]
}) {
  const rules = its.map(({id}) => id)
  const [did, matched] = [doneWords(week), matchedWords(week)]
  const isEmpty = did === '' && matched === '' && week.held === 0
  const asks = useAsks(rules)
  const now = useNow(10_000)
  const [first = ''] = its.map((it) => firstLookWords(it, now))
  const asked = asks > 0 && (
    <Link
      to="/activity"
      search={{show: 'waiting'}}
      aria-label={text('rules.row.asks.of', {name, asks: text('rules.row.asks', {count: asks})})}
      className={`${linkClass} font-medium text-accent`}
    >
      {text('rules.row.asks', {count: asks})}
    </Link>
  )
  if (isEmpty) return asked || first || '–'
  const rule = rules.join(',')
  const link = (words: string, show?: 'held') => (
    <Link
      to="/activity"
      search={{rule, hidden: true, when: 'week', ...(show && {show})}}
      aria-label={text('rules.week.of', {name, did: words})}
      className={linkClass}
    >
      {words}
    </Link>
  )
  return (
    <>
      {asked && <span className="block">{asked}</span>}
      {did !== '' && <span className="block">{link(did)}</span>}
      {matched !== '' && <span className="block">{link(matched)}</span>}
      {week.held > 0 && (
        <span className="block text-text-3">{link(text('rules.week.held', {count: week.held}), 'held')}</span>
      )}
      {week.bytes > 0 && <span className="block text-text-3">{written(bytes(week.bytes))}</span>}
      <span className="mt-1 flex justify-end gap-2 max-phone:justify-start">
        <span className="text-text-3">{text('rules.row.week')}</span>
        <WeekDays week={week} rules={rules} />
      </span>
    </>
  )
}

/** How many decisions of these rules wait for an answer of who looks. */
function useAsks(rules: readonly string[]): number {
  const {needs} = useAttention()
  return needs.reduce(
    (sum, need) => sum + (need.kind === 'approval' && rules.includes(need.rule_id) ? need.count : 0),
    0,
  )
}

const DAY_MS = 86_400_000
const TALL = 16
const STEP = 7

/** Seven bars, today last; under the pointer how much that was. */
export function WeekDays({week: {days}, rules}: {week: RuleWeek; rules: readonly string[]}) {
  const first = firstDay(useNow(60_000))
  const most = Math.max(...days)
  if (most === 0) return null
  const nameOf = (day: number) =>
    new Date(first + (day + 0.5) * DAY_MS).toLocaleDateString(undefined, {weekday: 'long'})
  const says = days.map((count, day) => text('rules.week.day', {day: nameOf(day), count}))
  return (
    <svg
      role="img"
      aria-label={says.join(', ')}
      data-week={rules[0]}
      width={days.length * STEP}
      height={TALL}
      className="inline-block align-middle"
    >
      {days.map((count, day) => {
        const tall = count === 0 ? 1 : Math.max(2, Math.round((TALL * count) / most))
        return (
          <g key={says[day]}>
            <title>{says[day]}</title>
            <rect x={day * STEP} y={0} width={STEP} height={TALL} fill="transparent" />
            <rect
              x={day * STEP}
              y={TALL - tall}
              width={STEP - 1}
              height={tall}
              className={count === 0 ? 'fill-line-strong' : 'fill-accent'}
            />
          </g>
        )
      })}
    </svg>
  )
}
