/** Something that has an id. */
export interface Thing {
  /** As the record names types of objects. */
  readonly type: string;
  readonly id: string;
}
