/** How buttons look, for buttons and for links that look like one. */
import {joined} from './joined.ts'

export type ButtonVariant = 'default' | 'primary' | 'ghost' | 'danger' | 'dangerFill'
export type ButtonSize = 'normal' | 'big'

const shape =
  'relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-m border font-medium ' +
  'whitespace-nowrap no-underline transition-colors focus-visible:shadow-focus hover:no-underline ' +
  'aria-disabled:cursor-default disabled:cursor-default forced-colors:border-[ButtonBorder]'

const sizes: Readonly<Record<ButtonSize, string>> = {
  normal: 'h-ctl min-w-7 px-2.5 max-phone:min-h-9',
  big: 'h-9 px-4 max-phone:h-11 pointer-coarse:h-11',
}

// What is off stays readable: its reason is one touch away.
const off =
  'aria-disabled:border-line-strong aria-disabled:bg-transparent aria-disabled:text-text-off aria-disabled:shadow-none ' +
  'disabled:border-line-strong disabled:bg-transparent disabled:text-text-off disabled:shadow-none'

const variants: Readonly<Record<ButtonVariant, string>> = {
  default:
    'border-line-strong bg-surface text-text shadow-1 hover:bg-hover active:bg-press [&_svg]:text-text-2 ' +
    'aria-expanded:bg-press disabled:[&_svg]:text-text-off aria-disabled:[&_svg]:text-text-off',
  primary:
    'border-transparent bg-accent-fill text-on-accent shadow-1 hover:brightness-[1.07] active:brightness-95',
  ghost:
    'border-transparent bg-transparent text-text-2 hover:bg-press hover:text-text aria-expanded:bg-press ' +
    'aria-disabled:border-transparent disabled:border-transparent',
  danger: 'border-line-strong bg-surface text-st-error shadow-1 hover:bg-hover active:bg-press',
  dangerFill:
    'border-transparent bg-st-error text-surface shadow-1 hover:brightness-[1.07] active:brightness-95',
}

export function buttonClass(variant: ButtonVariant = 'default', size: ButtonSize = 'normal'): string {
  return joined(shape, sizes[size], variants[variant], off)
}

/** Of a button that is only an icon. */
export function iconButtonClass(size: 'normal' | 'small' = 'normal'): string {
  return joined(
    'relative inline-grid shrink-0 place-items-center rounded-m text-text-2 transition-colors hover:bg-press hover:text-text',
    'focus-visible:shadow-focus aria-expanded:bg-press aria-pressed:bg-press aria-pressed:text-text',
    'aria-disabled:bg-transparent aria-disabled:text-text-off aria-disabled:cursor-default',
    size === 'normal'
      ? 'size-8 max-phone:size-10 pointer-coarse:size-11 short:size-8!'
      : 'size-6 pointer-coarse:size-11',
  )
}
