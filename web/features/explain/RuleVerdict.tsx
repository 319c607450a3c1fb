import {Link} from '@tanstack/react-router'
import type {Deed, RuleExplanation} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {withExactTimes} from '../../ui/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {deedWords} from '../journal/deed-words.ts'
import {ConditionTree} from './ConditionTree.tsx'
import {outcomeLooks} from './rule-words.ts'

/** What one rule says: in a line, and opened with each fact, how far its time has come, and what would have to change. */
export function RuleVerdict({
  rule,
  heldLast,
  isOpen,
  now,
}: {
  rule: RuleExplanation
  /** When a guard held it the last time; `null` = none did. */
  heldLast: Deed | null
  isOpen: boolean
  now: number
}) {
  const {tone, icon, colour} = outcomeLooks[rule.outcome]
  return (
    <details open={isOpen} className="border-b border-line last:border-0">
      <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2 hover:bg-hover focus-visible:shadow-focus-in max-phone:px-3.5">
        <Icon icon={icon} className={colour} />
        <span className="min-w-0 flex-1 basis-60 text-pretty wrap-anywhere">
          <b className="font-medium">{rule.name}</b>{' '}
          <span className="text-12 text-text-2">{withExactTimes(rule.sentence, now)}</span>
        </span>
        <Badge tone={tone}>{text(`why.outcome.${rule.outcome}`)}</Badge>
      </summary>
      <div className="grid gap-2.5 pr-4 pb-3 pl-10 max-phone:pr-3.5 max-phone:pl-3.5">
        <p className="text-12 text-text-2">
          {text('why.wants')}{' '}
          <b className="font-medium text-text">
            {rule.actions.map(({action}) => deedWords(action)).join(', ')}
          </b>
          {rule.mode === 'simulate' && ` · ${text('why.simulated')}`}
          {rule.mode === 'ask' && ` · ${text('why.asks')}`}
          {rule.kept_back_by && ` · ${text('why.kept-back', {name: rule.kept_back_by.name})}`}
        </p>
        <ConditionTree trace={rule.evidence} hold={rule.hold} now={now} />
        {heldLast && <Note tone="warn">{text('why.guard', {message: heldWords(heldLast)})}</Note>}
        <Needs needs={rule.needs} />
        <Link to="/rules" search={{rule: rule.rule_id}} className={`${textLinkClass} justify-self-start`}>
          {text('why.open-rule')}
        </Link>
      </div>
    </details>
  )
}

/** What said no, and what would have to change. */
function heldWords({message, code, decided}: Deed): string {
  const lifts = decided?.guards.flatMap(({lift}) => lift || []) ?? []
  return [message ?? code ?? '', ...lifts].filter((it) => it !== '').join(' ')
}

function Needs({needs}: {needs: readonly string[]}) {
  if (needs.length === 0) return null
  return (
    <div className="text-12">
      <span className="text-text-3">{text('why.needs')}</span>
      <ul className="list-disc pl-4">
        {needs.map((need) => (
          <li key={need} className="wrap-anywhere">
            {need}
          </li>
        ))}
      </ul>
    </div>
  )
}
