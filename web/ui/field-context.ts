/** What a field tells the control inside it: its id, and what describes it. */
import {createContext, use, useId} from 'react'

export interface FieldWiring {
  readonly id: string
  readonly describedBy: string | undefined
  readonly isWrong: boolean
}

export const FieldContext = createContext<FieldWiring | null>(null)

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
