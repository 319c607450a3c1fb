import {TriangleAlert} from 'lucide-react'
import {createContext, use, useId, useMemo, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
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
  aside,
  className,
  children,
}: {
  label: string
  hint?: ReactNode
  /** What is wrong and how to put it right. */
  error?: ReactNode
  optional?: boolean | undefined
  /** At the end of the line of its label. */
  aside?: ReactNode
  className?: string | undefined
  children: ReactNode | ((wiring: FieldWiring) => ReactNode)
}) {
  const id = useId()
  const isWrong = error !== undefined && error !== null && error !== false && error !== ''
  const hasHint = hint !== undefined && hint !== null && hint !== false
  const describedBy = joined(isWrong && `${id}-error`, hasHint && `${id}-hint`) || undefined
  const wiring = useMemo(() => ({id, describedBy, isWrong}), [id, describedBy, isWrong])
  return (
    <div className={joined('grid min-w-0 grid-cols-1 content-start gap-[5px]', className)}>
      <div className="flex items-start gap-2">
        <label
          htmlFor={id}
          className="flex min-w-0 flex-1 items-baseline gap-1.5 text-12 font-medium text-text-2"
        >
          {label}
          {optional && <span className="font-normal text-text-3">{text('field.optional')}</span>}
        </label>
        {aside}
      </div>
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

/** What a field tells the control inside it: its id, and what describes it. */
interface FieldWiring {
  readonly id: string
  readonly describedBy: string | undefined
  readonly isWrong: boolean
}

const FieldContext = createContext<FieldWiring | null>(null)

interface ControlWiring {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

/** Props that tie a control to the field around it; by itself it has an id alone. */
export function useFieldWiring(ownId?: string): ControlWiring {
  const field = use(FieldContext)
  const generated = useId()
  return {
    id: ownId ?? field?.id ?? generated,
    ...(field?.describedBy !== undefined && {'aria-describedby': field.describedBy}),
    ...(field?.isWrong && {'aria-invalid': true}),
  }
}
