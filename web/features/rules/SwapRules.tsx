import {useState} from 'react'
import {queries} from '../../api/queries.ts'
import {ruleDocumentsQuery, type ListedRule} from '../../api/rules.ts'
import {listed, text} from '../../i18n/text.ts'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Note} from '../../ui/Note.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {actionWords} from '../explain/action-words.ts'
import {isRemoving} from './form/rule-document.ts'
import {swapOf} from './rule-moves.ts'
import type {RuleRow} from './rule-rows.ts'
import {swapRules} from './use-rule-moves.ts'

/**
 * Lets the other one of two rules decide over what both are about. Where one of them removes something, what is done
 * otherwise then is shown first.
 */
export function SwapRules({
  one,
  other,
  count,
}: {
  /** Decides now. */
  one: RuleRow
  other: RuleRow
  /** Torrents of both. */
  count: number
}) {
  const [isAsked, setAsked] = useState(false)
  const {send, error} = useSending()
  const all = queries.getQueryData(ruleDocumentsQuery.queryKey) ?? []
  const moves = swapOf(one, other, all)
  if (moves === null) return null
  const names = {one: one.name, other: other.name}
  const swap = () => swapRules(moves, names)
  const rules = [...one.rules, ...other.rules].map(({rule}) => rule)
  return (
    <>
      <TextButton
        aria-label={text('rules.swap.label', names)}
        onClick={() => (isRemoving(rules) ? setAsked(true) : void send(swap))}
        className="min-h-6"
      >
        {text('rules.swap')}
      </TextButton>
      {error !== '' && (
        <span role="alert" className="text-st-error">
          {error}
        </span>
      )}
      {isAsked && (
        <ConfirmDialog
          title={text('rules.swap.title', names)}
          says={text('rules.swap.says', {...names, count})}
          verb={text('rules.swap.do')}
          work={swap}
          onClose={() => setAsked(false)}
        >
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
            <dt className="text-text-3">{text('rules.swap.now')}</dt>
            <dd>{doesWords(one.rules[0]!.rule)}</dd>
            <dt className="text-text-3">{text('rules.swap.then')}</dt>
            <dd>{doesWords(other.rules[0]!.rule)}</dd>
          </dl>
          {other.rules[0]!.rule.mode === 'simulate' && <Note>{text('rules.swap.dry', names)}</Note>}
        </ConfirmDialog>
      )}
    </>
  )
}

/** "Move to the trash (asks first)". */
function doesWords({actions, mode}: ListedRule): string {
  const what = listed(actions.map(actionWords))
  return mode === 'live' ? what : `${what} (${text(`rules.mode.${mode}`)})`
}
