import {TriangleAlert} from 'lucide-react'
import {useId, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {FieldContext, type FieldWiring} from './field-context.ts'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

/**
 * A label above its control, a hint below, and in place of silence the mistake. Controls of this kit find the field
 * around them; for others there is the render prop.
 */
export function Field({
  label,
  hint,
  error,
  optional = false,
  className,
  children,
}: {
  label: string
  hint?: ReactNode
  /** What is wrong and how to put it right. */
  error?: ReactNode
  optional?: boolean | undefined
  className?: string | undefined
  children: ReactNode | ((wiring: FieldWiring) => ReactNode)
}) {
  const id = useId()
  const isWrong = error !== undefined && error !== null && error !== false && error !== ''
  const hasHint = hint !== undefined && hint !== null && hint !== false
  const describedBy = joined(isWrong && `${id}-error`, hasHint && `${id}-hint`) || undefined
  const wiring = {id, describedBy, isWrong}
  return (
    <div className={joined('grid min-w-0 content-start gap-[5px]', className)}>
      <label htmlFor={id} className="flex items-baseline gap-1.5 text-12 font-medium text-text-2">
        {label}
        {optional && <span className="font-normal text-text-3">{text('field.optional')}</span>}
      </label>
      <FieldContext value={wiring}>
        {typeof children === 'function' ? children(wiring) : children}
      </FieldContext>
      {isWrong && (
        <p id={`${id}-error`} className="flex gap-1.5 text-12 text-st-error">
          <Icon icon={TriangleAlert} size={14} className="mt-0.5" />
          <span className="min-w-0 text-pretty">{error}</span>
        </p>
      )}
      {hasHint && (
        <p id={`${id}-hint`} className="text-12 text-pretty text-text-3">
          {hint}
        </p>
      )}
    </div>
  )
}
