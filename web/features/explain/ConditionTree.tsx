import {CircleCheck, CircleHelp, CircleX} from 'lucide-react'
import type {Branch, Leaf, RuleExplanation, Trace} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {duration, exactDuration, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {actualWords, askedWords, factWords} from './fact-words.ts'

/** What a rule asks, fact by fact, with how it is now beside what is asked. */
export function ConditionTree({
  trace,
  hold,
  now,
}: {
  trace: Trace
  hold: RuleExplanation['hold']
  now: number
}) {
  // What it asks all of needs no word for it.
  const parts = 'branch' in trace && trace.branch === 'all' ? trace.parts : [trace]
  return (
    <div className="@container">
      <div aria-hidden className={`${line} text-11 text-text-3 @max-[480px]:hidden`}>
        <span />
        <span>{text('why.fact')}</span>
        <span>{text('why.is')}</span>
        <span>{text('why.asked')}</span>
      </div>
      <ul>
        {parts.map((part, at) => (
          <Part key={keyOf(part, at)} trace={part} now={now} />
        ))}
        {hold && <HoldLine hold={hold} />}
      </ul>
    </div>
  )
}

const line =
  'grid grid-cols-[18px_minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1.2fr)] gap-x-2 py-[3px] ' +
  '@max-[480px]:grid-cols-[18px_minmax(0,1fr)_auto]'

function Part({trace, now}: {trace: Trace; now: number}) {
  return 'branch' in trace ? <BranchLines branch={trace} now={now} /> : <LeafLine leaf={trace} now={now} />
}

function BranchLines({branch, now}: {branch: Branch; now: number}) {
  return (
    <li>
      <div className="flex items-center gap-2 py-[3px] text-text-2">
        <VerdictIcon verdict={branch.verdict} />
        {text(`why.${branch.branch}`)}
      </div>
      <ul className="ml-2 border-l border-line-strong pl-3">
        {branch.parts.map((part, at) => (
          <Part key={keyOf(part, at)} trace={part} now={now} />
        ))}
      </ul>
    </li>
  )
}

function LeafLine({leaf, now}: {leaf: Leaf; now: number}) {
  return (
    <li className={line}>
      <VerdictIcon verdict={leaf.verdict} />
      <span className="wrap-anywhere">{factWords(leaf)}</span>
      <b className="num font-medium wrap-anywhere">{actualWords(leaf, now)}</b>
      <span className="num wrap-anywhere text-text-2 @max-[480px]:col-[2/-1]">{askedWords(leaf, now)}</span>
    </li>
  )
}

function HoldLine({hold}: {hold: NonNullable<RuleExplanation['hold']>}) {
  const isTime = hold.kind === 'for'
  const shown = (amount: number) => (isTime ? written(duration(amount)) : String(amount))
  const progress = text('why.held.of', {
    done: shown(hold.done),
    needed: isTime ? exactDuration(hold.needed) : String(hold.needed),
  })
  return (
    <li className={line}>
      <VerdictIcon verdict={hold.left <= 0 ? 'yes' : 'no'} />
      <span>{text(isTime ? 'why.held' : 'why.strikes')}</span>
      <b className="num font-medium">{progress}</b>
      <span className="num text-text-2 @max-[480px]:col-[2/-1]">
        {hold.left > 0 && text('why.left', {time: written(duration(hold.left))})}
      </span>
    </li>
  )
}

const verdicts = {
  yes: {icon: CircleCheck, colour: 'text-st-seeding'},
  no: {icon: CircleX, colour: 'text-text-3'},
  unknown: {icon: CircleHelp, colour: 'text-st-stalled'},
} as const

function VerdictIcon({verdict}: {verdict: keyof typeof verdicts}) {
  const {icon, colour} = verdicts[verdict]
  return (
    <span className="grid h-5 place-items-center">
      <Icon icon={icon} className={colour} />
      <span className="sr-only">{text(`why.${verdict}`)}</span>
    </span>
  )
}

/** The same condition may stand there twice; their order does not change. */
function keyOf(trace: Trace, at: number): string {
  return 'branch' in trace ? `${trace.branch} ${at}` : `${trace.fact} ${at}`
}
