/** When a rule is asked at all: every so often, by cron, on an event, and only within a window of the day. */
import {Cron} from 'croner'
import {weekdays} from '#model/fact.ts'
import type {RuleEvent, Schedule, TimeWindow} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'

interface Moment {
  readonly at: EpochMs
  /** The rule was asked last, or is there since. */
  readonly since: EpochMs
  readonly events: ReadonlySet<RuleEvent>
  /** All subjects are looked at, not only those that changed: times of its own wait for that. */
  readonly isWhole: boolean
  /** The wall clock did not jump lately. */
  readonly isClockTrusted: boolean
}

export interface CompiledSchedule {
  isDue(moment: Moment): boolean
  isOpen(at: EpochMs): boolean
  /** Without one of these it does nothing; empty = it has other times. */
  readonly onlyOn: readonly RuleEvent[]
  /** The next of its own times; `null` = it has none. */
  nextAt(since: EpochMs): EpochMs | null
}

export function compileSchedule(schedule: Schedule | null): CompiledSchedule {
  const {every, cron, on, window, timeZone = 'UTC'} = schedule ?? {}
  const job = cron === undefined ? null : new Cron(cron, {mode: '5-part', timezone: timeZone, paused: true})
  const isOpen = window ? openBy(window) : () => true
  const nextAt = (since: EpochMs): EpochMs | null => {
    if (every !== undefined) return since + every * 1000
    return job?.nextRun(new Date(since))?.getTime() ?? null
  }
  const isTimed = every !== undefined || job !== null
  const readsWall = window !== undefined || job !== null
  const isTime = ({at, since, isWhole}: Moment): boolean => {
    if (!isWhole) return false
    const next = nextAt(since)
    // A clock that was set back must not silence a rule for days.
    return next !== null && (at >= next || (every !== undefined && at < since))
  }
  return {
    isOpen,
    onlyOn: isTimed ? [] : (on ?? []),
    nextAt,
    isDue(moment) {
      if ((readsWall && !moment.isClockTrusted) || !isOpen(moment.at)) return false
      if (!isTimed && on === undefined) return true
      return isTime(moment) || (on ?? []).some((event) => moment.events.has(event))
    },
  }
}

/** From equal to `to` is the whole day. */
function openBy({weekdays: days, from, to, timeZone}: TimeWindow): (at: EpochMs) => boolean {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const isDay = (day: number) => days.length === 0 || days.includes(weekdays[(day + 7) % 7]!)
  return (at) => {
    const part = new Map(wall.formatToParts(at).map(({type, value}) => [type, value]))
    const day = weekdays.findIndex((name) => name === part.get('weekday')!.toLowerCase())
    const time = `${part.get('hour')}:${part.get('minute')}`
    if (from < to) return isDay(day) && time >= from && time < to
    return time >= from ? isDay(day) : time < to && isDay(day - 1)
  }
}
