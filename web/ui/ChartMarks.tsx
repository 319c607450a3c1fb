import type {LucideIcon} from 'lucide-react'
import {useEffect, useRef, useState, type KeyboardEvent} from 'react'
import {text} from '../i18n/text.ts'
import {shareAt, together} from './chart-geometry.ts'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'
import {observeWidth} from './observe-width.ts'

/** Something that happened at a moment of a chart. */
export interface ChartMark {
  readonly id: string
  /** Epoch ms. */
  readonly at: number
  readonly icon: LucideIcon
  /** A class. */
  readonly colour: string
  /** What happened. */
  readonly words: string
}

export interface MarksOfChart {
  /** What they are, in words. */
  readonly label: string
  /** The first first. */
  readonly marks: readonly ChartMark[]
  readonly formatTime: (at: number) => string
}

/** Width of a button, and between the middles of two. px */
const BUTTON = 24
const APART = BUTTON + 2
const PANEL = 264
/** A letter of 11 px, at most. */
const LETTER = 6.4
const MOST_IN_PANEL = 6

/** Marks at one place. px */
interface Group {
  readonly marks: readonly [ChartMark, ...ChartMark[]]
  /** Middle of the button; it stays within the chart. */
  readonly middle: number
  /** Where it happened. */
  readonly place: number
}

/**
 * A row of buttons above a chart, each with a line down through it. Pointer, focus and touch open what happened there;
 * arrow keys go from one to the next. Those too near each other are one button with their number.
 */
export function ChartMarks({
  label,
  marks,
  formatTime,
  times,
  height,
}: MarksOfChart & {
  times: readonly number[]
  /** Of the chart below, px. */
  height: number
}) {
  const row = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [shown, setShown] = useState<number | null>(null)
  const [current, setCurrent] = useState(0)
  useEffect(() => {
    const it = row.current
    return it === null ? undefined : observeWidth(it, setWidth)
  }, [])
  const groups = width === 0 ? [] : groupsOf(marks, times, width)
  const isAny = marks.some(({at}) => shareAt(at, times) !== null)
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && shown !== null) {
      event.preventDefault()
      setShown(null)
      return
    }
    const next = nextOf(event.key, current, groups.length)
    if (next === null) return
    event.preventDefault()
    row.current?.querySelectorAll('button')[next]?.focus()
  }
  const open = shown === null ? undefined : groups[shown]
  return (
    <div
      ref={row}
      role="toolbar"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={keys}
      onPointerLeave={() => setShown(null)}
      className={joined('relative outline-none', isAny && 'mb-1 h-6')}
    >
      {groups.map(({marks: its, middle, place}, at) => (
        <span key={its[0].id}>
          <span
            aria-hidden
            className="pointer-events-none absolute top-6 w-px bg-line-strong"
            style={{left: Math.min(width - 1, place), height: height + 4}}
          />
          <button
            type="button"
            tabIndex={at === Math.min(current, groups.length - 1) ? 0 : -1}
            aria-label={nameOf(its, formatTime)}
            onPointerEnter={() => setShown(at)}
            onFocus={() => {
              setCurrent(at)
              setShown(at)
            }}
            onBlur={() => setShown(null)}
            onClick={() => setShown(at)}
            className={joined(
              'num absolute top-0 grid size-6 -translate-x-1/2 place-items-center rounded-full border border-line-strong bg-surface text-11/4 font-medium hover:bg-hover focus-visible:shadow-focus',
              its.length === 1 ? its[0].colour : 'text-text-2',
            )}
            style={{left: middle}}
          >
            {its.length === 1 ? <Icon icon={its[0].icon} size={14} /> : its.length}
          </button>
          <WordsBeside groups={groups} at={at} width={width} />
        </span>
      ))}
      {open && <MarksPanel group={open} width={width} formatTime={formatTime} />}
    </div>
  )
}

function groupsOf(marks: readonly ChartMark[], times: readonly number[], width: number): readonly Group[] {
  const placed = marks.flatMap((mark) => {
    const share = shareAt(mark.at, times)
    return share === null ? [] : [{mark, place: share * width}]
  })
  const middles = placed.map(({place}) => Math.min(width - BUTTON / 2, Math.max(BUTTON / 2, place)))
  return together(middles, APART).map((indexes) => {
    const [first, ...more] = indexes.map((at) => placed[at]!.mark)
    const at = indexes[0]!
    return {marks: [first!, ...more], middle: middles[at]!, place: placed[at]!.place}
  })
}

/** "18 Nov, 07:02: Completed", of several together their number and each. */
function nameOf(marks: Group['marks'], formatTime: (at: number) => string): string {
  const said = marks.slice(0, MOST_IN_PANEL).map(({at, words}) => `${formatTime(at)}: ${words}`)
  const more = marks.length - said.length
  const all = [...said, ...(more > 0 ? [text('chart.more', {count: more})] : [])].join('; ')
  return marks.length === 1 ? all : text('chart.together', {count: marks.length, all})
}

/** The words of a single one, where there is room to the next. */
function WordsBeside({groups, at, width}: {groups: readonly Group[]; at: number; width: number}) {
  const {marks, middle} = groups[at]!
  if (marks.length > 1) return null
  const from = middle + BUTTON / 2 + 4
  const until = (groups[at + 1]?.middle ?? width + BUTTON) - BUTTON / 2 - 4
  const {words} = marks[0]
  if (words.length * LETTER > until - from) return null
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute top-1 text-11/4 whitespace-nowrap text-text-2"
      style={{left: from}}
    >
      {words}
    </span>
  )
}

/** What happened there, and when; the name of its button says the same. */
function MarksPanel({
  group: {marks, middle},
  width,
  formatTime,
}: {
  group: Group
  width: number
  formatTime: (at: number) => string
}) {
  const its = Math.min(PANEL, width)
  const more = marks.length - MOST_IN_PANEL
  return (
    <div
      aria-hidden
      className="absolute top-6 z-sticky pt-1"
      style={{width: its, left: Math.max(0, Math.min(middle - its / 2, width - its))}}
    >
      <ul className="grid gap-1 rounded-m bg-raised px-2 py-1.5 text-12 shadow-2">
        {marks.slice(0, MOST_IN_PANEL).map(({id, at, icon, colour, words}) => (
          <li key={id} className="grid grid-cols-[14px_minmax(0,1fr)] items-start gap-x-2">
            <Icon icon={icon} size={14} className={joined(colour, 'mt-px')} />
            <span className="min-w-0 wrap-anywhere">
              {words} <span className="num whitespace-nowrap text-text-3">{formatTime(at)}</span>
            </span>
          </li>
        ))}
        {more > 0 && <li className="text-text-3">{text('chart.more', {count: more})}</li>}
      </ul>
    </div>
  )
}

/** @returns `null` = the key goes nowhere */
function nextOf(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  if (key === 'ArrowRight') return Math.min(count - 1, at + 1)
  if (key === 'ArrowLeft') return Math.max(0, at - 1)
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}
