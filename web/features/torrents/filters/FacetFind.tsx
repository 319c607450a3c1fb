import {Search} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Input} from '../../../ui/Input.tsx'

/** Finds a value of a long section by its letters. */
export function FacetFind({
  name,
  value,
  onChange,
}: {
  name: string
  value: string
  onChange: (typed: string) => void
}) {
  return (
    <div className="px-1 py-1">
      <Input
        type="search"
        icon={Search}
        aria-label={text('facet.find', {name})}
        placeholder={text('facet.find.short')}
        value={value}
        onChange={({target}) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return
          event.preventDefault()
          event.stopPropagation()
          onChange('')
        }}
        className="h-7!"
      />
    </div>
  )
}
