export { default as lockManagement } from './scp-lock-management.json';
export { default as lockRoles } from './scp-lock-roles.json';
export { default as vpcEndpoint } from './scp-vpc-endpoint.json';
