import type {ComponentPropsWithRef} from 'react'
import {controlClass} from './control-class.ts'
import {useFieldWiring} from './field-context.ts'
import {joined} from './joined.ts'

/** Several lines of text. It grows with them, up to half of the screen. */
export function TextArea({
  className,
  id,
  isMono = false,
  ...rest
}: ComponentPropsWithRef<'textarea'> & {isMono?: boolean | undefined}) {
  const wiring = useFieldWiring(id)
  return (
    <textarea
      rows={3}
      {...wiring}
      {...rest}
      className={joined(
        controlClass,
        'h-auto! field-sizing-content max-h-[50dvh] min-h-16 resize-y py-1.5',
        isMono && 'font-mono',
        className,
      )}
    />
  )
}
