import {useMemo} from 'react'
import {text} from '../../i18n/text.ts'
import {readDocument, type Place} from './form/rule-document.ts'
import {sentenceOf} from './sentence.ts'
import {useSentenceWords} from './use-sentence-words.ts'

/**
 * The rule that is being written as one sentence, which always says what the fields below it say.
 * @param onValue leads to where a value is changed
 */
export function EditorSentence({yaml, onValue}: {yaml: string; onValue: (place: Place) => void}) {
  const words = useSentenceWords()
  const says = useMemo(() => {
    const rule = words && readDocument(yaml)
    // Half a rule is no sentence.
    if (!rule || rule['when'] === undefined || !Array.isArray(rule['do'])) return null
    return sentenceOf(rule, words).says
  }, [yaml, words])
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
 */
export function focusOnPart(form: HTMLElement, place: Place, named: string | null): void {
  if (isFocusedOn(form, place, named)) return
  const coming = new MutationObserver(() => {
    if (isFocusedOn(form, place, named)) coming.disconnect()
  })
  coming.observe(form, {childList: true, subtree: true})
}

/** @returns whether the part is there */
function isFocusedOn(form: HTMLElement, [part]: Place, named: string | null): boolean {
  const section = form.querySelector<HTMLElement>(`[data-part="${CSS.escape(String(part))}"]`)
  if (!section) return false
  const value = named === null ? null : section.querySelector(`[data-value="${CSS.escape(named)}"]`)
  const field = (value ?? section).querySelector<HTMLElement>('input, textarea, button')
  const found = field ?? section
  found.focus({preventScroll: true})
  if (field instanceof HTMLInputElement) field.select()
  found.scrollIntoView({block: 'center'})
  return true
}
