import {useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {previewArr, type ArrDefinition, type ArrEffect} from '../../../api/arrs.ts'
import {arrFormOf, arrPatchOf, type ArrForm} from './arr-form.ts'

const TYPING_MS = 500

/**
 * What saving would restart, a moment after the last key. `null` = nothing was changed, or it cannot be said yet: what
 * would be refused is told when it is saved.
 * @param edited `null` = it is new
 */
export function useArrEffect(edited: ArrDefinition | null, form: ArrForm): ArrEffect | null {
  const patch = edited && JSON.stringify(arrPatchOf(arrFormOf(edited), form))
  const settled = useSettled(patch)
  const isDirty = patch !== null && patch !== '{}'
  const {data, error} = useQuery({
    queryKey: ['arr-effect', edited?.id, settled],
    queryFn: ({signal}) => previewArr(edited!.id, arrPatchOf(arrFormOf(edited!), form), signal),
    enabled: isDirty && settled === patch,
    retry: false,
    // A key may be in its name.
    gcTime: 0,
  })
  return isDirty && settled === patch && !error ? (data ?? null) : null
}

function useSettled(patch: string | null): string | null {
  const [settled, setSettled] = useState(patch)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(patch), TYPING_MS)
    return () => clearTimeout(timer)
  }, [patch])
  return settled
}
