import type {ComponentPropsWithRef} from 'react'
import {joined} from './joined.ts'

/** A next step within a line of words. */
export function TextButton({className, type = 'button', ...rest}: ComponentPropsWithRef<'button'>) {
  return <button {...rest} type={type} className={joined(textLinkClass, className)} />
}

/** The same for links. */
export const textLinkClass =
  'relative rounded-s font-medium whitespace-nowrap text-accent-strong underline-offset-2 hover:underline ' +
  'before:absolute before:inset-x-0 before:-inset-y-1 focus-visible:shadow-focus pointer-coarse:before:-inset-y-3.5'
