/** Switches and removes rules, with the way back. */
import {restoreRule, removeRule, switchRule, type Rule, type RuleMode} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'

type Switched = Pick<Rule, 'id' | 'mode' | 'mode_then'>

/**
 * All of them, as one.
 * @param name of what is switched, a rule or a row of them
 * @param isConfirmed they may act at once, although they are new
 */
export async function switchRules(
  rules: readonly Switched[],
  name: string,
  mode: RuleMode,
  isConfirmed = false,
): Promise<void> {
  const done: Switched[] = []
  try {
    for (const rule of rules) {
      await switchRule(rule.id, mode, isConfirmed)
      done.push(rule)
    }
  } finally {
    // Of several, those that were switched before one failed can be put back, too.
    if (done.length > 0) {
      toast({text: switchedWords(rules[0]!, name, mode), undo: undoOf(() => switchedBack(done))})
    }
  }
}

async function switchedBack(rules: readonly Switched[]): Promise<void> {
  for (const {id, mode, mode_then: then} of rules) await switchRule(id, then ?? mode, true)
}

/** What it is now, or once Commodarr acts again. */
function switchedWords({mode_then: then}: Pick<Rule, 'mode_then'>, name: string, mode: RuleMode): string {
  const words = {name, mode: text(`rules.mode.${mode}`)}
  return then === null ? text('rules.switched', words) : text('rules.switched.then', words)
}

export async function removed({id, name}: Pick<Rule, 'id' | 'name'>): Promise<void> {
  await removeRule(id)
  toast({text: text('rules.removed', {name}), undo: undoOf(() => restoreRule(id))})
}

function undoOf(work: () => Promise<unknown>) {
  const run = () =>
    void work().catch((cause: unknown) =>
      toast({text: text('rules.blank.not-undone', {why: (cause as Error).message}), tone: 'bad'}),
    )
  return {until: serverNow() + UNDO_MS, run}
}
