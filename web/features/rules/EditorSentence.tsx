import {useMemo} from 'react'
import {conditionIn} from '#search-query/rule-condition.ts'
import {text} from '../../i18n/text.ts'
import type {Known} from './form/known-names.ts'
import {readDocument, type Place} from './form/rule-document.ts'
import {sentenceOf} from './sentence.ts'
import {useSentenceWords} from './use-sentence-words.ts'

/**
 * The rule that is being written as one sentence, which always says what the fields below it say.
 * @param onValue leads to where a value is changed
 */
export function EditorSentence({
  yaml,
  known,
  onValue,
}: {
  yaml: string
  /** By whose names a condition that is a text is read. */
  known: Known
  onValue: (place: Place) => void
}) {
  const words = useSentenceWords()
  const says = useMemo(() => {
    const rule = words && readDocument(yaml)
    // Half a rule is no sentence.
    if (!rule || rule['when'] === undefined || !Array.isArray(rule['do'])) return null
    const when = rule['when']
    const read = typeof when === 'string' ? conditionIn(when, known).condition : null
    return sentenceOf(read === null ? rule : {...rule, when: read}, words).says
  }, [yaml, words, known])
  if (says === null) return null
  return (
    <p className="text-[19px]/[1.75] tracking-[-.01em] text-pretty wrap-anywhere max-phone:text-16/[1.65]">
      {says.map((piece) =>
        typeof piece === 'string' ? (
          piece
        ) : (
          <button
            key={piece.place.join('.')}
            type="button"
            aria-label={text('rules.blank.change', {label: piece.label, value: piece.shown})}
            onClick={() => onValue(piece.place)}
            className="rounded-s px-px font-medium text-accent underline decoration-dotted decoration-1 underline-offset-4 hover:bg-press focus-visible:shadow-focus"
          >
            {piece.shown}
          </button>
        ),
      )}
    </p>
  )
}

/**
 * Puts the focus where a value of the sentence is changed in the form, as soon as that is there.
 * @param named what the form calls it
 * @param spanIn where it stands in the text of a condition; `null` = it does not
 */
export function focusOnPart(
  form: HTMLElement,
  place: Place,
  named: string | null,
  spanIn: (text: string) => readonly [from: number, to: number] | null,
): void {
  const isFocused = () => isFocusedOn(form, place, named, spanIn)
  if (isFocused()) return
  const coming = new MutationObserver(() => {
    if (isFocused()) coming.disconnect()
  })
  coming.observe(form, {childList: true, subtree: true})
}

/** @returns whether the part is there */
function isFocusedOn(
  form: HTMLElement,
  place: Place,
  named: string | null,
  spanIn: (text: string) => readonly [from: number, to: number] | null,
): boolean {
  const section = form.querySelector<HTMLElement>(`[data-part="${CSS.escape(String(place[0]))}"]`)
  if (!section) return false
  const value =
    section.querySelector(`[data-place="${CSS.escape(place.join('.'))}"]`) ??
    (named === null ? null : section.querySelector(`[data-value="${CSS.escape(named)}"]`))
  const field = (value ?? section).querySelector<HTMLElement>('input, textarea, button')
  const found = field ?? section
  found.focus({preventScroll: true})
  if (field instanceof HTMLInputElement) selectIn(field, value === null ? spanIn(field.value) : null)
  found.scrollIntoView({block: 'center'})
  return true
}

/** @param span of a longer text; `null` = all of it is meant */
function selectIn(field: HTMLInputElement, span: readonly [from: number, to: number] | null): void {
  if (span === null) field.select()
  else field.setSelectionRange(...span)
}
