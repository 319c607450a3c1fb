import {useQuery} from '@tanstack/react-query'
import {useId, useState, type ReactNode, type RefObject} from 'react'
import {freeze, type ActionVerb, type SelectedBody, type SelectionFigures} from '../../../api/actions.ts'
import {keepUnsent, NoAnswer} from '../../../api/problem.ts'
import {useShown} from '../../../api/unread.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog, type DialogSize} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {reasonWords} from '../actions.ts'
import {counted, verbWords} from '../action-words.ts'
import type {About} from '../delete/held-removals.ts'
import {countOf, frozenQuery, isSetGone, namedBody, type ActionTarget} from '../target.ts'
import {firstName, useSelectedFacts} from '../selected-facts.ts'
import {showUnsent} from '../results.ts'
import {actOn, isInVain, wordsOf, type Wish} from '../run-action.ts'
import {closeActionDialog, openActionDialog, presentActionDialog} from '../action-dialogs.ts'

/** What all dialogs about torrents have: a head, a form, what was not accepted, and two buttons. */
export function ActionDialogFrame({
  form,
  title,
  description,
  submitLabel,
  disabledReason,
  onSubmit,
  isDanger = false,
  note,
  size,
  cancelRef,
  children,
}: {
  form: ActionForm
  title: string
  description?: ReactNode
  /** A verb with its object. */
  submitLabel: string
  /** Why it cannot be sent yet. */
  disabledReason?: string | undefined
  onSubmit: () => void
  isDanger?: boolean | undefined
  /** Left of the buttons: what follows. */
  note?: ReactNode
  size?: DialogSize | undefined
  cancelRef?: RefObject<HTMLButtonElement | null> | undefined
  children: ReactNode
}) {
  const id = useId()
  const words = form.isSlow ? text('action.goes-on') : note
  const reason = form.body === null ? text('action.finding') : disabledReason
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeActionDialog()}
      title={title}
      description={description}
      size={size}
      initialFocus={cancelRef}
      footer={
        <>
          {words !== undefined && (
            <span className="mr-auto min-w-0 text-12 text-text-2 max-phone:w-full">{words}</span>
          )}
          <Button ref={cancelRef} onClick={closeActionDialog} className="max-phone:h-11 max-phone:flex-1">
            {text(form.isSlow ? 'dialog.close' : 'action.cancel')}
          </Button>
          <Button
            type="submit"
            form={id}
            variant={isDanger ? 'dangerFill' : 'primary'}
            waitsFor={form.isBusy ? text('action.sending') : undefined}
            disabledReason={reason}
            className="max-phone:h-11 max-phone:flex-1"
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason === undefined && !form.isBusy) onSubmit()
        }}
      >
        {children}
        {form.fault !== null && (
          <Note
            tone="bad"
            isNews
            action={form.again && <TextButton onClick={form.again}>{text('result.again')}</TextButton>}
          >
            {form.fault}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

/** Names the torrent where it is one. @param many with a count @param one with its name */
export function titleOf(
  {name, count}: Pick<ActionForm, 'name' | 'count'>,
  many: TextKey,
  one: TextKey,
): string {
  return name === null ? counted(many, count) : text(one, {name})
}

/** Which of the chosen torrents cannot take it, and why. Nothing when all can. */
export function AbilityNote({figures, verb}: {figures: SelectionFigures | null; verb: ActionVerb}) {
  const ability = figures?.abilities.find((it) => it.verb === verb)
  if (!figures || !ability || ability.possible === figures.count) return null
  const possible = count(ability.possible)
  return (
    <Note tone="warn">
      <b>{text('action.only-for', {possible, of: count(figures.count)})}</b>{' '}
      {reasonWords(ability.reasons, figures)}
    </Note>
  )
}

interface ActionForm {
  /** The set that the dialog names, and what can be done with it; `null` = not known yet. */
  readonly frozen: SelectionFigures | null
  /** What is shown and sent, this and nothing else; `null` = not known yet. */
  readonly body: SelectedBody | null
  readonly count: number
  /** Of the only one; `null` = several, or not known yet. */
  readonly name: string | null
  readonly isBusy: boolean
  /** It was sent, and the answer takes its time: it goes on without the dialog. */
  readonly isSlow: boolean
  /** What was not accepted or could not be found out, in words; `null` = nothing. */
  readonly fault: string | null
  /** Finds out again which torrents it is about; `null` = that is known. */
  readonly again: (() => void) | null
  /** Goes on with those of the set that owe their trackers nothing. */
  readonly leaveOutOwing: () => Promise<void>
  /** Freezes the set again, and says so. */
  readonly renew: () => Promise<void>
  /**
   * Sends these one after the other, and closes the dialog when they were taken or are under way. What is refused after
   * somebody closed it stands in the panel.
   * @param prepare comes before them
   */
  readonly send: (wishes: readonly Wish[], about?: About, prepare?: () => Promise<unknown>) => Promise<void>
}

/** What is answered sooner needs no words. */
const SLOW_MS = 1000

/** A dialog about torrents: the set is frozen as it opens, and what was typed stays when it is not accepted. */
export function useActionForm(target: ActionTarget): ActionForm {
  const {data, error, isFetching, refetch} = useQuery(frozenQuery(target))
  useShown(error)
  const facts = useSelectedFacts(countOf(target) === 1 ? target : null, null)
  const [isBusy, setBusy] = useState(false)
  const [isSlow, setSlow] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  // Part of the set that was chosen: only that is shown and sent from then on.
  const [part, setPart] = useState<SelectionFigures | null>(null)
  // While it is asked for again, and when that fails, there is none: the one before is gone.
  const frozen = part ?? ((!isFetching && error === null && data) || null)
  const body = part ? {selection_id: part.selection_id} : bodyOf(target, frozen)
  const leaveOutOwing = async () => {
    if (body === null) return
    setBusy(true)
    setFault(null)
    try {
      const those = 'keys' in body ? {only: [...body.keys]} : body
      setPart(await freeze({...those, without_owing: true}))
    } catch (caught) {
      if (isSetGone(caught)) await renew()
      else setFault(wordsOf(caught))
    } finally {
      setBusy(false)
    }
  }
  const renew = async () => {
    setPart(null)
    const {data: set} = await refetch()
    setFault(set ? counted('action.selection-refreshed', set.count) : null)
  }
  const send: ActionForm['send'] = async (wishes, about, prepare) => {
    if (body === null) return
    const count = 'keys' in body ? body.keys.length : frozen!.count + frozen!.gone
    const dialog = presentActionDialog()
    // Whoever closed it may be in another one by now.
    const close = () => void (presentActionDialog() === dialog && closeActionDialog())
    setBusy(true)
    setFault(null)
    const slow = setTimeout(() => setSlow(true), SLOW_MS)
    try {
      await prepare?.()
      // Which rows of the choice are left out is known to the server alone.
      const selected = {target: part ? null : target, body, count, about}
      for (const wish of wishes) await actOn(selected, wish, wish === wishes.at(-1) ? close : undefined)
      close()
    } catch (caught) {
      for (const {verb} of wishes) keepUnsent(caught, verbWords(verb))
      if (dialog !== null && presentActionDialog() !== dialog) {
        const again = () => openActionDialog(dialog.name, dialog.target)
        showUnsent({
          title: verbWords(wishes[0]!.verb),
          words: wordsOf(caught),
          again: isInVain(caught) ? null : again,
        })
      } else if (isSetGone(caught)) await renew()
      else setFault(wordsOf(caught))
    } finally {
      clearTimeout(slow)
      setSlow(false)
      setBusy(false)
    }
  }
  return {
    frozen,
    body,
    name: (facts && firstName(facts)) || null,
    isBusy,
    isSlow,
    leaveOutOwing,
    renew,
    send,
    count: frozen?.count ?? countOf(target),
    fault: fault ?? (error && unknownWords(error)),
    again: error === null ? null : () => void refetch(),
  }
}

function bodyOf(target: ActionTarget, frozen: SelectionFigures | null): SelectedBody | null {
  return namedBody(target) ?? (frozen && {selection_id: frozen.selection_id})
}

/** Nothing was to be done yet, so nothing may have been done. */
export function unknownWords(error: Error): string {
  return error instanceof NoAnswer ? text('action.not-known') : wordsOf(error)
}
