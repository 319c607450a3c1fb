import {useState} from 'react'
import {addRule, editRule, type RuleDefinition} from '../../api/rules.ts'
import {Problem} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../ui/toast.ts'
import {useSending} from '../accounts/use-sending.ts'
import {mistakesIn, type Mistake} from './mistakes.ts'

export interface RuleDraft {
  readonly yaml: string
  readonly write: (yaml: string) => void
  readonly isDirty: boolean
  readonly isBusy: boolean
  /** Of what was sent last, until it is changed. */
  readonly mistakes: readonly Mistake[]
  /** What went wrong otherwise, in words; '' = nothing. */
  readonly error: string
  readonly isOutdated: boolean
  readonly save: () => Promise<void>
  readonly revert: () => void
}

/** The text of a rule while somebody writes it. @param rule `null` = a new one */
export function useRuleDraft(
  rule: RuleDefinition | null,
  begin: string,
  onSaved: (saved: RuleDefinition) => void,
): RuleDraft {
  const known = rule?.yaml ?? begin
  const [draft, setDraft] = useState<string | null>(null)
  const {send, isBusy, error, problem} = useSending()
  const [sent, setSent] = useState<string | null>(null)
  const yaml = draft ?? known
  const isAboutThis = sent === yaml
  const mistakes = isAboutThis ? mistakesIn(problem) : []
  const save = async () => {
    if (isBusy) return
    setSent(yaml)
    await send(async () => {
      const saved = rule === null ? await addRule(yaml) : await editRule(rule.id, yaml, rule.revision)
      setDraft(null)
      const {name, mode} = saved
      toast({
        text:
          mode === 'simulate'
            ? text('rules.saved', {name})
            : text('rules.saved.mode', {name, mode: text(`rules.mode.${mode}`)}),
      })
      onSaved(saved)
    })
  }
  return {
    ...{yaml, write: setDraft, isBusy, mistakes, save},
    isDirty: draft !== null && draft !== known,
    error: isAboutThis && mistakes.length === 0 ? error : '',
    isOutdated: problem instanceof Problem && problem.code === 'changed_meanwhile' && isAboutThis,
    revert: () => setDraft(null),
  }
}
