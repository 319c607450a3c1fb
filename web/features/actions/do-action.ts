/** Does one of `actions.ts` to a target: sends it, copies it, or opens the dialog that asks. */
import {openActionDialog} from './dialogs/action-dialogs.ts'
import {allStopped} from './action-entries.ts'
import {actions, type ActionDefinition, type ActionName} from './actions.ts'
import {switched} from './dialogs/chosen-facts.ts'
import {copyTorrents, exportTorrents} from './copy-torrents.ts'
import {figuresNow} from './frozen-sets.ts'
import {act, unsent} from './run-action.ts'
import type {ActionTarget} from './target.ts'
import {chosenFacts} from './dialogs/use-chosen-facts.ts'
import {verbWords} from './action-words.ts'

export async function doAction(name: ActionName, target: ActionTarget): Promise<void> {
  const {does, verb}: ActionDefinition = actions[name]
  if (does.kind === 'dialog') openActionDialog(does.dialog, target)
  else if (does.kind === 'copy') await copyTorrents(does.copy, await chosenFacts(target))
  else if (does.kind === 'export') await exportTorrents(await chosenFacts(target))
  else if (does.kind === 'start or stop') await startOrStop(target)
  else if (does.kind === 'switch') {
    const on = switched(await chosenFacts(target), does.column) !== true
    await act(target, {verb: verb!, args: {on}})
  } else await act(target, {verb: verb!, ...(does.args && {args: does.args})})
}

/** Starts them when all are stopped; else whatever runs is stopped. */
async function startOrStop(target: ActionTarget): Promise<void> {
  try {
    const figures = await figuresNow(target)
    await act(target, {verb: allStopped(figures) ? 'start' : 'stop'})
  } catch (error) {
    unsent(verbWords('stop'), error, () => void startOrStop(target))
  }
}
