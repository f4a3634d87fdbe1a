/** Characters of a resource policy at most (API: ResourcePolicy). */
export const LONGEST_RESOURCE_POLICY = 20_480;
