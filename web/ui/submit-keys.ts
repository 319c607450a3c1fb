import type {KeyboardEvent} from 'react'
import {isCommandHeld} from './keys.ts'

/** Ctrl Enter anywhere in a dialog sends the form in it. */
export function submitOnCommandEnter(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Enter' || !isCommandHeld(event)) return
  const form = event.currentTarget.querySelector('form')
  if (!form) return
  event.preventDefault()
  const button = form.querySelector<HTMLButtonElement>('[type=submit]') ?? outsideButton(form)
  form.requestSubmit(button)
}

/** The button in the footer, tied to the form by its id. */
function outsideButton(form: HTMLFormElement): HTMLButtonElement | null {
  return form.id === '' ? null : document.querySelector(`[type=submit][form=${CSS.escape(form.id)}]`)
}
