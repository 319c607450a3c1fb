/** Something to choose from a list. */
export interface Choice<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly hint?: string | undefined
  /** It stays visible, and says why it cannot be chosen. */
  readonly disabledReason?: string | undefined
}

export interface SelectProps<V extends string> {
  /** `null` = nothing chosen yet. */
  value: V | null
  onChange: (value: V) => void
  options: readonly Choice<V>[]
  /** Its name; within a `Field` the label is that. */
  label?: string | undefined
  placeholder?: string | undefined
  id?: string | undefined
  disabled?: boolean | undefined
  className?: string | undefined
}
